package io.drover.worker.migration.source;

import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;
import java.util.List;

/** Hashes a disk at the source, region by region; of one that the guest writes, what it holds just then. */
@FunctionalInterface
public interface SourceDigests {
    /** Hands over the digests of every region of the disk, in order, the last one shorter. */
    default void digest(BlockSource frozen, RegionConsumer consumer) throws IOException, InterruptedException {
        digest(frozen, BlockSender.wholeDisk(frozen), consumer);
    }

    /** The same of these parts alone, which begin with blocks; no region goes over a region's bounds. */
    void digest(BlockSource disk, List<Extent> parts, RegionConsumer consumer) throws IOException, InterruptedException;

    /** Takes the digests of one region. */
    @FunctionalInterface
    interface RegionConsumer {
        void accept(RegionDigests region) throws IOException, InterruptedException;
    }
}
