package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.OfferedBulk;
import io.drover.worker.replication.ReplicationAlgorithm;
import java.io.IOException;
import java.util.List;

/**
 * Sends everything at the switchover: for tiny disks, and to compare the others with. It needs no account of the
 * guest's writes, for every attempt sends the whole disk. In a pause it makes no offers, which would be one round trip
 * more before the guest runs; of a VM that is stopped ({@code copy-images}) its target takes them.
 */
public final class StopAndCopy implements ReplicationAlgorithm {
    public static final String NAME = "stop-and-copy";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long advance(DiskCopy copy) throws IOException, InterruptedException {
        return BlockSender.allocatedBytes(copy.source(), BlockSender.wholeDisk(copy.source()));
    }

    @Override
    public boolean converging() {
        return false;
    }

    @Override
    public void finish(DiskCopy copy) throws IOException, InterruptedException {
        List<Extent> disk = BlockSender.wholeDisk(copy.source());
        copy.account().beginRound(0, BlockSender.allocatedBytes(copy.source(), disk));
        OfferedBulk.send(copy);
        copy.target().flush();
    }
}
