package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.OfferedBulk;
import java.io.IOException;

/** The first pass over a disk, of all that is allocated. */
final class BulkPass {
    private BulkPass() {}

    /** Swap is not offered: each algorithm sends it in its own order. */
    @FunctionalInterface
    interface SwapPass {
        void send(DiskCopy copy) throws IOException, InterruptedException;
    }

    static void send(DiskCopy copy, SwapPass swap) throws IOException, InterruptedException {
        var disk = BlockSender.wholeDisk(copy.source());
        copy.account().beginRound(0, BlockSender.allocatedBytes(copy.source(), disk));
        switch (copy.role()) {
            case DATA -> OfferedBulk.send(copy);
            case SWAP -> swap.send(copy);
        }
        copy.target().flush();
    }
}
