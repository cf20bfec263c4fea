package io.drover.worker.check;

import io.drover.worker.migration.SourceDigests;
import io.drover.worker.peer.Destination;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.CopyVerifier;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;

/** Digests a frozen disk region by region; holds one region at a time. */
public final class FrozenDigests implements SourceDigests {
    @Override
    public void digest(BlockSource frozen, RegionConsumer consumer) throws IOException, InterruptedException {
        var verifier = new CopyVerifier(frozen);
        for (Extent region : CopyVerifier.regions(frozen.size())) {
            RegionDigests digests = verifier.digest(region);
            consumer.accept(new Destination.RegionDigests(digests.offset(), digests.length(), digests.digests()));
        }
    }
}
