package io.drover.bench;

import io.drover.testbed.guest.DataContent;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.StreamLoad;
import io.drover.testbed.guest.WitnessLoad;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One situation to measure.
 *
 * @param about for people, one line
 * @param bitsPerSecond of the link between the hosts
 * @param load the witness' own; its block writes stay at 0, since their place is taken by the stream
 * @param deadline from the command; what has not finished by then has not converged
 */
record BenchCase(
        String name,
        String about,
        long bitsPerSecond,
        GuestSize size,
        DataContent content,
        WitnessLoad load,
        StreamLoad stream,
        Duration deadline) {
    private static final long GIGABIT = 1_000_000_000;
    private static final int WRITERS = 8;
    private static final Duration MINUTES = Duration.ofMinutes(3);
    /** Of 1 GiB 600 MiB are in use, 256 of which are written to. */
    private static final GuestSize BUSY = new GuestSize(128, 1024, 344, 256);
    /** Keeps some 100 MiB of swap in use and moves a few pages. */
    private static final WitnessLoad SWAPPING = new WitnessLoad(30, 0, 1, 160, 100, 0);

    private static final WitnessLoad QUIET = new WitnessLoad(30, 0, 1, 0, 0, 0);

    /** Every case, in the order they run. */
    static List<BenchCase> all() {
        return Stream.concat(gigabit().stream(), special().stream()).toList();
    }

    private static List<BenchCase> gigabit() {
        return List.of(
                new BenchCase(
                        "busy-1g",
                        "500 writes/s at random, 1 Gbit/s, incompressible",
                        GIGABIT,
                        BUSY,
                        random(256),
                        SWAPPING,
                        stream(500, 256),
                        MINUTES),
                new BenchCase(
                        "files-1g",
                        "real files, 50 writes/s, 1 Gbit/s",
                        GIGABIT,
                        new GuestSize(128, 1024, 600, 256),
                        new DataContent(DataContent.Kind.FILES, 64),
                        SWAPPING,
                        stream(50, 64),
                        MINUTES),
                new BenchCase(
                        "random-1g",
                        "incompressible, 50 writes/s, 1 Gbit/s",
                        GIGABIT,
                        new GuestSize(128, 1024, 600, 256),
                        random(64),
                        SWAPPING,
                        stream(50, 64),
                        MINUTES),
                new BenchCase(
                        "quiet-1g",
                        "nobody writes, 1 Gbit/s, incompressible",
                        GIGABIT,
                        BUSY,
                        random(256),
                        QUIET,
                        stream(0, 256),
                        MINUTES));
    }

    /** A slow link, a load on swap, and the short one. */
    private static List<BenchCase> special() {
        return List.of(
                new BenchCase(
                        "hot-200m",
                        "2000 writes/s at random, 200 Mbit/s",
                        GIGABIT / 5,
                        BUSY,
                        random(256),
                        SWAPPING,
                        stream(2000, 256),
                        Duration.ofMinutes(4)),
                new BenchCase(
                        "swap-1g",
                        "200 MiB of swap filled and given back, another process keeps swapping",
                        GIGABIT,
                        new GuestSize(128, 256, 64, 512),
                        random(32),
                        SWAPPING,
                        new StreamLoad(20, 32, WRITERS, 280, ""),
                        MINUTES),
                new BenchCase(
                        "slice",
                        "a small disk, for a quick look",
                        GIGABIT,
                        new GuestSize(96, 128, 32, 64),
                        random(32),
                        QUIET,
                        stream(100, 32),
                        Duration.ofMinutes(1)));
    }

    private static DataContent random(int spanMib) {
        return new DataContent(DataContent.Kind.RANDOM, spanMib);
    }

    private static StreamLoad stream(int writesPerSecond, int spanMib) {
        return new StreamLoad(writesPerSecond, spanMib, WRITERS, 0, "");
    }

    /** The case of this name. */
    static Optional<BenchCase> named(String name) {
        return all().stream().filter(candidate -> candidate.name().equals(name)).findFirst();
    }

    /** The same with a command of the user's running in the guest. */
    BenchCase withCommand(String command) {
        var changed =
                new StreamLoad(stream.writesPerSecond(), stream.spanMib(), stream.writers(), stream.fillMib(), command);
        return new BenchCase(name, about, bitsPerSecond, size, content, load, changed, deadline);
    }
}
