package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.DiskChanges.Round;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.ReplicationAlgorithm;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is cold while the guest runs at the source, and leaves what it rewrites to be pulled afterwards: every
 * block goes over the wire once or twice, however fast the guest writes, and few are left for the guest to wait for.
 *
 * <p>A block that was written in two rounds is hot: it is sent no more.
 */
public final class Hybrid implements ReplicationAlgorithm {
    public static final String NAME = "hybrid";

    /** After the bulk: the first round finds what the bulk was too slow for, the others what is not hot after all. */
    private static final int ROUNDS_MAX = 4;

    /** What one list of extents may span. */
    private static final long WINDOW_BYTES = 256L << 20;

    private boolean bulkDone;
    private int rounds;
    private long restBytes = Long.MAX_VALUE;
    private boolean shrinking = true;
    private @Nullable Traces traces;
    private List<Extent> hottest = List.of();
    private final OpenRound open = new OpenRound();

    /** From nothing on. */
    public Hybrid() {}

    /** @param bulk has sent the bulk, and has no round open */
    Hybrid(PreCopy bulk) {
        bulkDone = true;
        restBytes = bulk.restBytes();
    }

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
        shrinking = rest < restBytes;
        restBytes = rest;
        // What is left when the rounds end costs no pause.
        return converging() ? rest : 0;
    }

    @Override
    public boolean converging() {
        return shrinking && rounds < ROUNDS_MAX;
    }

    private void sendBulk(DiskCopy copy) throws IOException, InterruptedException {
        BulkPass.send(copy, swap -> BlockSender.send(swap, BlockSender.wholeDisk(swap.source())));
        bulkDone = true;
    }

    private void sendRound(DiskCopy copy) throws IOException, InterruptedException {
        rounds++;
        Round round = open.takeUp(copy);
        BlockSet cold = round.blocks().copy();
        cold.removeAll(traces(copy).written);
        copy.account().beginRound(rounds, cold.bytes());
        copy.account().spared(BlockSender.send(copy, cold));
        copy.target().flush();
        traces(copy).writtenIn(round);
        open.end();
    }

    @Override
    public void finish(DiskCopy copy) throws IOException, InterruptedException {
        if (open.isOpen()) {
            endRound(copy, open.takeUp(copy));
        }
        Round last = open.takeUp(copy);
        hottest = last.blocks().first(PostCopy.HOTTEST_MAX);
        if (bulkDone) {
            leaveBehind(copy, traces(copy).leftWith(last));
        } else {
            copy.target().leaveBehind(BlockSender.wholeDisk(copy.source()));
        }
        endRound(copy, last);
    }

    private static void leaveBehind(DiskCopy copy, BlockSet blocks) throws IOException, InterruptedException {
        for (Extent window : blocks.windows(WINDOW_BYTES)) {
            copy.target().leaveBehind(blocks.within(window));
        }
    }

    /** What was written is remembered to be left, so the account need not. */
    private void endRound(DiskCopy copy, Round round) throws IOException, InterruptedException {
        traces(copy).leave(round);
        open.end();
    }

    private Traces traces(DiskCopy copy) {
        Traces found = traces;
        if (found == null) {
            found = new Traces(copy.source().size());
            traces = found;
        }
        return found;
    }

    /** What the guest has done so far. */
    private static final class Traces {
        /** Written since the account began. */
        private final BlockSet written;
        /** To be pulled: written in two rounds, or in one that was not sent. */
        private final BlockSet left;

        Traces(long diskBytes) {
            written = new BlockSet(diskBytes);
            left = new BlockSet(diskBytes);
        }

        void writtenIn(Round round) {
            BlockSet again = round.blocks().copy();
            again.retainAll(written);
            left.addAll(again);
            written.addAll(round.blocks());
        }

        void leave(Round round) {
            left.addAll(round.blocks());
            written.addAll(round.blocks());
        }

        BlockSet leftWith(Round last) {
            BlockSet all = left.copy();
            all.addAll(last.blocks());
            return all;
        }
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
