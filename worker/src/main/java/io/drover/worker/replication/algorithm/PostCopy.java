package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.DiskChanges.Round;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.ReplicationAlgorithm;
import java.io.IOException;
import java.util.List;

/**
 * Sends nothing before the guest runs at the destination; then it fetches what it needs while the rest is pushed. Frees
 * the host's processor soonest, and makes the guest depend on both hosts until all is there.
 */
public final class PostCopy implements ReplicationAlgorithm {
    public static final String NAME = "post-copy";

    /** A hint is no reason for a list of any length. */
    static final int HOTTEST_MAX = 100_000;

    private List<Extent> hottest = List.of();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long advance(DiskCopy copy) {
        return 0;
    }

    @Override
    public boolean converging() {
        return false;
    }

    /** An earlier switchover that failed may have let something arrive, so all of it is said to be missing. */
    @Override
    public void finish(DiskCopy copy) throws IOException, InterruptedException {
        copy.target().leaveBehind(BlockSender.wholeDisk(copy.source()));
        Round round = copy.changes().freeze();
        hottest = round.blocks().first(HOTTEST_MAX);
        round.durable();
    }

    @Override
    public boolean pulls() {
        return true;
    }

    @Override
    public List<Extent> hottest() {
        return hottest;
    }
}
