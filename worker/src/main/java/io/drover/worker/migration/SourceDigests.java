package io.drover.worker.migration;

import io.drover.worker.peer.Destination.RegionDigests;
import io.drover.worker.replication.BlockSource;
import java.io.IOException;

/** Hashes a frozen disk at the source, region by region. */
@FunctionalInterface
public interface SourceDigests {
    /** Hands over the digests of every region of the disk, in order, the last one shorter. */
    void digest(BlockSource frozen, RegionConsumer consumer) throws IOException, InterruptedException;

    /** Takes the digests of one region. */
    @FunctionalInterface
    interface RegionConsumer {
        void accept(RegionDigests region) throws IOException, InterruptedException;
    }
}
