package io.drover.bench.trial;

import io.drover.testbed.guest.DataContent;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.StreamLoad;
import io.drover.testbed.guest.WitnessLoad;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * One situation to measure.
 *
 * @param about for people, one line
 * @param bitsPerSecond of the link between the hosts
 * @param load the witness' own; its block writes stay at 0, since their place is taken by the stream
 * @param deadline from the command; what has not finished by then has not converged
 * @param beginning what each host has before
 */
public record BenchCase(
        String name,
        String about,
        long bitsPerSecond,
        GuestSize size,
        DataContent content,
        WitnessLoad load,
        StreamLoad stream,
        Duration deadline,
        InitialState beginning) {
    /** The short one, which only runs when it is named. */
    public static final String SLICE = "slice";

    public static final String SWAP = "swap-1g";
    private static final long GIGABIT = 1_000_000_000;
    private static final int WRITERS = 8;
    private static final Duration MINUTES = Duration.ofMinutes(3);
    /** Of 1 GiB 600 MiB are in use, 256 of which are written to. */
    private static final GuestSize BUSY = new GuestSize(128, 1024, 344, 256);
    /** Keeps some 100 MiB of swap in use and moves a few pages. */
    private static final WitnessLoad SWAPPING = new WitnessLoad(30, 0, 1, 160, 100, 0);

    private static final WitnessLoad QUIET = new WitnessLoad(30, 0, 1, 0, 0, 0);

    /** Every case, in the order they run. */
    public static List<BenchCase> all() {
        return Stream.of(gigabit(), known(), special()).flatMap(List::stream).toList();
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
                        MINUTES,
                        InitialState.FRESH),
                new BenchCase(
                        "files-1g",
                        "real files, 50 writes/s, 1 Gbit/s",
                        GIGABIT,
                        new GuestSize(128, 1024, 600, 256),
                        new DataContent(DataContent.Kind.FILES, 64),
                        SWAPPING,
                        stream(50, 64),
                        MINUTES,
                        InitialState.FRESH),
                new BenchCase(
                        "random-1g",
                        "incompressible, 50 writes/s, 1 Gbit/s",
                        GIGABIT,
                        new GuestSize(128, 1024, 600, 256),
                        random(64),
                        SWAPPING,
                        stream(50, 64),
                        MINUTES,
                        InitialState.FRESH),
                new BenchCase(
                        "quiet-1g",
                        "nobody writes, 1 Gbit/s, incompressible",
                        GIGABIT,
                        BUSY,
                        random(256),
                        QUIET,
                        stream(0, 256),
                        MINUTES,
                        InitialState.FRESH));
    }

    private static List<BenchCase> known() {
        return List.of(
                known("layered-1g", "the destination holds the base, a tenth differs", InitialState.LAYERED),
                known("return-1g-runs", "back after 5 % was changed in runs of 1 MiB", InitialState.RETURN_RUNS),
                known(
                        "return-1g-scattered",
                        "back after 5 % was changed in blocks of 4 KiB",
                        InitialState.RETURN_SCATTERED));
    }

    private static BenchCase known(String name, String about, InitialState beginning) {
        return new BenchCase(
                name, about + ", 1 Gbit/s", GIGABIT, BUSY, random(256), QUIET, stream(20, 256), MINUTES, beginning);
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
                        Duration.ofMinutes(4),
                        InitialState.FRESH),
                new BenchCase(
                        SWAP,
                        "200 MiB of swap filled and given back, another process keeps swapping",
                        GIGABIT,
                        new GuestSize(128, 256, 64, 512),
                        random(32),
                        SWAPPING,
                        new StreamLoad(20, 32, WRITERS, 200, ""),
                        MINUTES,
                        InitialState.FRESH),
                new BenchCase(
                        "raw",
                        "an image of random bytes (--raw-mib) that nobody runs from, the link not shaped",
                        0,
                        BUSY,
                        random(0),
                        QUIET,
                        stream(0, 0),
                        Duration.ofMinutes(10),
                        InitialState.IMAGE_ONLY),
                new BenchCase(
                        SLICE,
                        "a small disk, for a quick look",
                        GIGABIT,
                        new GuestSize(96, 128, 32, 64),
                        random(32),
                        QUIET,
                        stream(100, 32),
                        Duration.ofMinutes(1),
                        InitialState.FRESH));
    }

    private static DataContent random(int spanMib) {
        return new DataContent(DataContent.Kind.RANDOM, spanMib);
    }

    private static StreamLoad stream(int writesPerSecond, int spanMib) {
        return new StreamLoad(writesPerSecond, spanMib, WRITERS, 0, "");
    }

    /** The case of this name, or those whose names begin with it and a dash; none when there are none. */
    public static List<BenchCase> named(String name) {
        return all().stream()
                .filter(candidate ->
                        candidate.name().equals(name) || candidate.name().startsWith(name + "-"))
                .toList();
    }

    /** Whether this contender runs when none are named. */
    public boolean expects(Variant contender) {
        return beginning.suits(contender) && (!contender.name().equals(Variant.PLAIN_SWAP) || name.equals(SWAP));
    }

    /** The same with a command of the user's running in the guest. */
    public BenchCase withCommand(String command) {
        var changed =
                new StreamLoad(stream.writesPerSecond(), stream.spanMib(), stream.writers(), stream.fillMib(), command);
        return new BenchCase(name, about, bitsPerSecond, size, content, load, changed, deadline, beginning);
    }
}
