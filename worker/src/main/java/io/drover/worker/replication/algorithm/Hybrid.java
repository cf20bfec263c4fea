package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.DiskChanges.Round;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import io.drover.worker.replication.ReplicationAlgorithm;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends what is cold while the guest runs at the source, and leaves what it rewrites to be pulled afterwards: every block
 * goes over the wire once or twice, however fast the guest writes, and few are left for the guest to wait for.
 *
 * <p>A block that was written in two rounds is hot: it is sent no more.
 */
public final class Hybrid implements ReplicationAlgorithm {
    public static final String NAME = "hybrid";

    /** After the bulk: the first round finds what the bulk was too slow for, the others what is not hot after all. */
    private static final int ROUNDS_MAX = 4;

    private boolean bulkDone;
    private int rounds;
    private long restBytes = Long.MAX_VALUE;
    private boolean shrinking = true;
    private List<Extent> written = List.of();
    private List<Extent> left = List.of();
    private List<Extent> hottest = List.of();
    private @Nullable Round open;

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
        List<Extent> disk = BlockSender.wholeDisk(copy.source());
        List<Extent> allocated = BlockSender.allocated(copy.source(), disk);
        copy.account().beginRound(0, Extents.totalBytes(allocated));
        BlockSender.send(copy, disk, allocated);
        copy.target().flush();
        bulkDone = true;
    }

    private void sendRound(DiskCopy copy) throws IOException, InterruptedException {
        rounds++;
        Round round = openRound(copy);
        List<Extent> cold = Extents.subtract(round.extents(), written);
        List<Extent> allocated = BlockSender.allocated(copy.source(), cold);
        copy.account().beginRound(rounds, Extents.totalBytes(allocated));
        BlockSender.send(copy, cold, allocated);
        copy.target().flush();
        left = Extents.union(left, Extents.intersect(round.extents(), written));
        written = Extents.union(written, round.extents());
        round.durable();
        open = null;
    }

    /** A round that a broken connection left open is taken up again; there may be only one. */
    private Round openRound(DiskCopy copy) throws IOException, InterruptedException {
        Round round = open;
        if (round == null) {
            round = copy.changes().freeze();
            open = round;
        }
        return round;
    }

    @Override
    public void finish(DiskCopy copy) throws IOException, InterruptedException {
        Round earlier = open;
        if (earlier != null) {
            endRound(earlier);
        }
        Round last = openRound(copy);
        hottest = last.extents();
        left = bulkDone ? Extents.union(left, hottest) : BlockSender.wholeDisk(copy.source());
        copy.target().leaveBehind(left);
        endRound(last);
    }

    /** What was written is remembered to be left, so the account need not. */
    private void endRound(Round round) throws IOException, InterruptedException {
        left = Extents.union(left, round.extents());
        written = Extents.union(written, round.extents());
        round.durable();
        open = null;
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
