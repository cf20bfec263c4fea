package io.drover.worker.replication.prediction;

/**
 * One function an algorithm. The constants come from measurements with QEMU 7.2 on the shaped link of the benchmarks.
 */
public final class Predictors {
    /** A round's fixed cost: the swap of bitmaps, the question for its extents, the flush. */
    private static final double ROUND_SECONDS = 0.06;

    /** The fixed part of a pause: the last round and the flush before the give. */
    private static final double PAUSE_SECONDS = 0.06;

    private static final int ROUNDS_MAX = 30;
    private static final int ROUNDS_WITHOUT_GAIN_MAX = 2;

    /** QEMU's own mirror copies in pieces of 64 KiB what was written in 4 KiB. */
    private static final int MIRROR_FACTOR = 16;

    /** Measured: the worst write under QEMU's background mirror. */
    private static final double QEMU_MIRROR_DELAY_SECONDS = 0.09;

    /** A round trip through the gateway. */
    private static final double MIRROR_DELAY_SECONDS = 0.005;

    /** A block fetched on demand. */
    private static final double FETCH_SECONDS = 0.02;

    /** What the watchdog of a mirror lets a write wait. */
    private static final double HOLD_SECONDS_MAX = 0.7;

    /** As the algorithm has it. */
    private static final int COLD_ROUNDS_MAX = 4;

    private Predictors() {}

    /** The bulk, and all that was written meanwhile in the pause. */
    public static Prediction stopAfterBulk(Situation s) {
        double age = s.accountSeconds()
                + s.seconds((double) s.bulk().bytesLeft() + s.terms().bytesAfter());
        double rest = s.writes().dirtyAfter(age + s.memorySeconds());
        double pause = PAUSE_SECONDS + s.seconds(rest);
        return of(s, s.bulkSeconds() + pause, rest, pause, 0);
    }

    /** The bulk and rounds until the rest fits; kept small while memory follows. */
    public static Prediction preCopy(Situation s) {
        Rounds rounds = rounds(s);
        double rest = rounds.restBytes();
        double seconds = s.bulkSeconds() + rounds.seconds();
        double bytes = rounds.bytes();
        double share = Math.max(s.budgetBytes(), rest);
        double until = s.writes().secondsUntil(share);
        double during = s.memorySeconds();
        if (during > until) {
            double times = Math.floor(during / (until + ROUND_SECONDS + s.seconds(share)));
            bytes += times * share;
            seconds += times * (ROUND_SECONDS + s.seconds(share));
            rest = Math.max(share / 2, rest);
        } else {
            rest = Math.max(rest, s.writes().dirtyAfter(during));
        }
        double pause = PAUSE_SECONDS + s.seconds(rest);
        return of(s, seconds + pause, bytes + rest, pause, 0);
    }

    /** Everything again from the start, and every piece that is written again and again. */
    public static Prediction qemuMirror(Situation s) {
        WriteModel coarse = s.writes().coarser(MIRROR_FACTOR, s.diskBytes());
        double steady = Math.min(coarse.bytesPerSecond(), 0.99 * s.bytesPerSecond());
        boolean keepsUp = coarse.bytesPerSecond() < s.bytesPerSecond();
        double bytes = s.bulk().bytes() / (1 - steady / s.bytesPerSecond());
        double pause = PAUSE_SECONDS + (keepsUp ? 0 : s.seconds(coarse.workingSetBytes()));
        Prediction whole = of(s, s.bulkSeconds() + s.seconds(bytes) + pause, bytes, pause, QEMU_MIRROR_DELAY_SECONDS);
        return keepsUp ? whole : new Prediction(whole.seconds(), whole.wireBytes(), pause, pause, false);
    }

    /** The bulk, one round, and from then on each write as it comes, coalesced, until memory is over. */
    public static Prediction lateMirror(Situation s) {
        double rest = s.restAfterBulk();
        double writes = s.writes().bytesPerSecond();
        double free = Math.max(s.bytesPerSecond() - writes, 0.05 * s.bytesPerSecond());
        double round = rest / free + ROUND_SECONDS;
        double bytes = rest + writes * (round + s.memorySeconds());
        double delay = MIRROR_DELAY_SECONDS + lag(s, round + s.memorySeconds());
        return of(s, s.bulkSeconds() + round + PAUSE_SECONDS, bytes, PAUSE_SECONDS, delay);
    }

    /** How far a guest falls behind that is held to the speed of the link, as far as one write may wait for it. */
    private static double lag(Situation s, double mirroredSeconds) {
        double held =
                1 - s.bytesPerSecond() / Math.max(s.bytesPerSecond(), s.writes().bytesPerSecond());
        return Math.min(mirroredSeconds * held, HOLD_SECONDS_MAX);
    }

    /**
     * The bulk, rounds over what is cold, and the rest pulled after the switch. Within the working set all blocks are
     * equally hot, so of a round that part is left which had been written before.
     */
    public static Prediction hybrid(Situation s) {
        Pulled pulled = coldRounds(s);
        double last = s.writes().dirtyAfter(pulled.age() + s.memorySeconds());
        double rest = union(s, pulled.leftBytes(), last);
        double bytes = pulled.sentBytes() + rest;
        double seconds = s.bulkSeconds() + pulled.seconds() + PAUSE_SECONDS + s.seconds(rest);
        return of(s, seconds, bytes, PAUSE_SECONDS, rest == 0 ? 0 : FETCH_SECONDS);
    }

    /** @param age of the account when the rounds are over, in seconds */
    private record Pulled(double seconds, double sentBytes, double leftBytes, double age) {}

    private static Pulled coldRounds(Situation s) {
        double seconds = 0;
        double sent = 0;
        double left = 0;
        double rest = s.restAfterBulk();
        double before = Double.POSITIVE_INFINITY;
        double age = s.accountSeconds()
                + s.seconds((double) s.bulk().bytesLeft() + s.terms().bytesAfter());
        for (int i = 0; i < COLD_ROUNDS_MAX && rest > s.budgetBytes() && rest < before; i++) {
            double hot = rest * Math.min(1, sent / s.writes().workingSetBytes());
            age = s.seconds(rest - hot) + ROUND_SECONDS;
            seconds += age;
            sent += rest - hot;
            left = union(s, left, hot);
            before = rest;
            rest = s.writes().dirtyAfter(age);
        }
        return new Pulled(seconds, sent, left, age);
    }

    /** Of two parts of the working set, each taken at random. */
    private static double union(Situation s, double one, double other) {
        return one + other * (1 - Math.min(1, one / Math.max(1, s.writes().workingSetBytes())));
    }

    private record Rounds(double seconds, double bytes, double restBytes) {}

    private static Rounds rounds(Situation s) {
        double seconds = 0;
        double bytes = 0;
        double rest = s.restAfterBulk();
        int withoutGain = 0;
        for (int i = 0; i < ROUNDS_MAX && rest > s.budgetBytes() && withoutGain < ROUNDS_WITHOUT_GAIN_MAX; i++) {
            double took = s.seconds(rest) + ROUND_SECONDS;
            seconds += took;
            bytes += rest;
            double next = s.writes().dirtyAfter(took);
            withoutGain = next < 0.999 * rest ? 0 : withoutGain + 1;
            rest = next;
        }
        return new Rounds(seconds, bytes, rest);
    }

    /** {@code content} is what follows the bulk. */
    private static Prediction of(Situation s, double seconds, double content, double pause, double delay) {
        boolean fits = pause <= s.terms().longestPause().toNanos() / 1e9;
        return new Prediction(seconds, s.bulkWireBytes() + content * s.wireShare(), pause, delay, fits);
    }
}
