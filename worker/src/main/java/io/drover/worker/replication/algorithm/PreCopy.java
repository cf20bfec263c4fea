package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.ReplicationAlgorithm;
import java.io.IOException;

/**
 * The bulk, then rounds over what the guest has written meanwhile, then the rest while it is stopped.
 *
 * <p>Every {@link #advance} ends with a flush: what a broken connection may have lost is sent again, because neither
 * the bulk counts as done nor a round as durable before. After a failure the same call may be made again with a target
 * on a new session.
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
    private final OpenRound open = new OpenRound();

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
        if (open.isOpen()) {
            sendRound(copy);
        }
        sendRound(copy);
    }

    private void sendBulk(DiskCopy copy) throws IOException, InterruptedException {
        BulkPass.send(copy, this::sendColdestFirst);
        open.end();
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
        BlockSet hot = open.takeUp(copy).blocks();
        BlockSet cold = BlockSet.whole(copy.source().size());
        cold.removeAll(hot);
        long _ = BlockSender.send(copy, cold);
        // Asked again: the bulk took its time, and swap that was freed meanwhile is not worth a byte.
        long _ = BlockSender.send(copy, hot);
    }

    private void sendRound(DiskCopy copy) throws IOException, InterruptedException {
        rounds++;
        BlockSet written = open.takeUp(copy).blocks();
        copy.account().beginRound(rounds, written.bytes());
        copy.account().spared(BlockSender.send(copy, written));
        copy.target().flush();
        open.end();
    }
}
