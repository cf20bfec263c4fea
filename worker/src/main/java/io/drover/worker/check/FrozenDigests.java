package io.drover.worker.check;

import io.drover.worker.migration.source.SourceDigests;
import io.drover.worker.replication.BlockDigest;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import io.drover.worker.replication.comparison.CopyVerifier;
import java.io.IOException;
import java.util.List;

/** Digests a disk region by region; holds one region at a time. */
public final class FrozenDigests implements SourceDigests {
    @Override
    public void digest(BlockSource disk, List<Extent> parts, RegionConsumer consumer)
            throws IOException, InterruptedException {
        var verifier = new CopyVerifier(disk);
        for (Extent region : Extents.cut(parts, BlockDigest.REGION_BYTES)) {
            consumer.accept(verifier.digest(region));
        }
    }
}
