package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.OfferedBulk;
import io.drover.worker.replication.ReplicationAlgorithm;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bulk, then rounds over what the guest has written meanwhile, then the rest while it is stopped.
 *
 * <p>Every {@link #advance} ends with a flush: what a broken connection may have lost is sent again, because neither the
 * bulk counts as done nor a round as durable before. After a failure the same call may be made again with a target on a
 * new session.
 */
public final class PreCopy implements ReplicationAlgorithm {
    public static final String NAME = "pre-copy";

    /** After so many rounds that left no less than the one before, more of them are not worth the wait. */
    private static final int ROUNDS_WITHOUT_GAIN_MAX = 2;

    /** A bound, for a guest that always writes a little less than before. */
    private static final int ROUNDS_MAX = 60;

    private boolean bulkDone;
    private int rounds;
    private int roundsWithoutGain;
    private long restBytes = Long.MAX_VALUE;
    private DiskChanges.@Nullable Round open;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long advance(DiskCopy copy) throws IOException, InterruptedException {
        if (bulkDone) {
            sendRound(copy);
        } else {
            sendBulk(copy);
        }
        long rest = copy.changes().dirtyBytes();
        roundsWithoutGain = rest < restBytes ? 0 : roundsWithoutGain + 1;
        restBytes = rest;
        return rest;
    }

    @Override
    public boolean converging() {
        return roundsWithoutGain < ROUNDS_WITHOUT_GAIN_MAX && rounds < ROUNDS_MAX;
    }

    @Override
    public void finish(DiskCopy copy) throws IOException, InterruptedException {
        if (!bulkDone) {
            sendBulk(copy);
        }
        if (open != null) {
            sendRound(copy);
        }
        sendRound(copy);
    }

    private void sendBulk(DiskCopy copy) throws IOException, InterruptedException {
        List<Extent> disk = BlockSender.wholeDisk(copy.source());
        copy.account().beginRound(0, BlockSender.allocatedBytes(copy.source(), disk));
        switch (copy.role()) {
            case DATA -> OfferedBulk.send(copy);
            case SWAP -> sendColdestFirst(copy);
        }
        copy.target().flush();
        if (open != null) {
            open.durable();
            open = null;
        }
        bulkDone = true;
    }

    /** What was left after the last {@link #advance}, in bytes. */
    long restBytes() {
        return restBytes;
    }

    /**
     * A swap slot that was written since the account began is likely to be written again soon: it goes last, so that it
     * is read as late as can be.
     */
    private void sendColdestFirst(DiskCopy copy) throws IOException, InterruptedException {
        BlockSet hot = openRound(copy).blocks();
        BlockSet cold = BlockSet.whole(copy.source().size());
        cold.removeAll(hot);
        long _ = BlockSender.send(copy, cold);
        // Asked again: the bulk took its time, and swap that was freed meanwhile is not worth a byte.
        long _ = BlockSender.send(copy, hot);
    }

    private void sendRound(DiskCopy copy) throws IOException, InterruptedException {
        rounds++;
        DiskChanges.Round round = openRound(copy);
        copy.account().beginRound(rounds, round.blocks().bytes());
        copy.account().spared(BlockSender.send(copy, round.blocks()));
        copy.target().flush();
        round.durable();
        open = null;
    }

    /** A round that a broken connection left open is taken up again; there may be only one. */
    private DiskChanges.Round openRound(DiskCopy copy) throws IOException, InterruptedException {
        DiskChanges.Round round = open;
        if (round == null) {
            round = copy.changes().freeze();
            open = round;
        }
        return round;
    }
}
