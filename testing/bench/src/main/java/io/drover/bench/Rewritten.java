package io.drover.bench;

import io.drover.bench.trial.MoveFigures;
import io.drover.bench.trial.WriteTrace;
import io.drover.messages.evidence.ReplicatedDisks;
import io.drover.testbed.guest.DataContent;
import java.util.stream.IntStream;

/**
 * Bytes of different blocks that the load wrote after they were first sent. Nobody sees both moments of each block, but
 * the load writes evenly at random and the copy goes through the disk once: a part x of it is sent at x times the
 * copy's time, and in what then is left of the move the load hits as many different blocks of that part as it had hit
 * in the same time from the start. So this is the mean, over x, of the load's own count.
 */
public final class Rewritten {
    private static final int PARTS = 100;

    private Rewritten() {}

    /** Between the move's begin and the guest's arrival; {@code arrivedNanos} on the clock that stamps the lines. */
    public static long bytes(WriteTrace trace, MoveFigures move, long arrivedNanos) {
        long from = move.begun().toNanos();
        return bytes(trace, from, arrivedNanos, copyNanos(move, arrivedNanos - from));
    }

    public static long bytes(WriteTrace trace, long fromNanos, long toNanos, long copyNanos) {
        long before = trace.uniqueAt(fromNanos);
        double mean = IntStream.range(0, PARTS)
                .mapToLong(part -> toNanos - (long) ((part + 0.5) / PARTS * copyNanos))
                .map(end -> Math.max(0, trace.uniqueAt(Math.max(fromNanos, end)) - before))
                .average()
                .orElse(0);
        return (long) (mean * DataContent.BLOCK_BYTES);
    }

    /** How long the copy went through the disks for: their phase, or until all was pulled. */
    private static long copyNanos(MoveFigures move, long otherwise) {
        if (move.pulledAt().isPresent()) {
            return move.pulledAt().get().minus(move.begun()).toNanos();
        }
        double seconds =
                move.phases().getOrDefault(ReplicatedDisks.STEP, move.phases().getOrDefault("disks", 0.0));
        return seconds > 0 ? Math.min(otherwise, (long) (seconds * 1e9)) : otherwise;
    }
}
