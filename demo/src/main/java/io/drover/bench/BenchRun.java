package io.drover.bench;

import io.drover.testbed.evidence.HeartbeatVerdict;
import io.drover.testbed.guest.DataContent;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.ImageCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One contender, one case, one guest: from its first boot to the check of its disk. */
final class BenchRun {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration TRACE_LIMIT = Duration.ofSeconds(30);
    /** The load runs undisturbed for so long before the move, and after it. */
    private static final Duration UNDISTURBED = Duration.ofSeconds(2);

    private final Lab lab;
    private final BenchCase situation;
    private final Contender contender;
    private final int number;

    BenchRun(Lab lab, BenchCase situation, Contender contender, int number) {
        this.lab = lab;
        this.situation = situation;
        this.contender = contender;
        this.number = number;
    }

    /** What was read before and after the move. */
    private record Counters(double cpuSeconds, long sent, long sentBack, long stillBytes) {}

    Measurement measure() throws IOException, InterruptedException {
        Mover mover = switch (contender) {
            case Contender.Drover drover -> new DroverMover(lab, drover.name());
            case Contender.Qemu qemu -> new QemuMover(lab, qemu.copyMode());
        };
        String name = situation.name() + "-" + contender.name() + "-" + number;
        try (var guest = BenchGuest.make(lab, situation, name)) {
            try {
                mover.start(guest);
                return measure(mover, guest);
            } finally {
                mover.clear(guest);
                guest.removeImages();
            }
        }
    }

    private Measurement measure(Mover mover, BenchGuest guest) throws IOException, InterruptedException {
        guest.awaitReady();
        lab.clock().sleep(UNDISTURBED);
        guest.mark();
        long still = stillBytes(guest);
        var cpu = new CpuMeter();
        long sent = lab.network().source().sentBytes();
        long sentBack = lab.network().destination().sentBytes();
        var move = new Move(lab.clock(), situation.deadline());
        mover.move(guest, move, () -> look(cpu));
        var counters = new Counters(
                cpu.seconds(),
                lab.network().source().sentBytes() - sent,
                lab.network().destination().sentBytes() - sentBack,
                still);
        if (move.converged()) {
            verify(mover, guest, move);
        }
        return figures(guest, move, counters);
    }

    private static void look(CpuMeter cpu) {
        try {
            cpu.look();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long stillBytes(BenchGuest guest) throws IOException {
        long bytes = GuestMemory.nonZeroBytes(
                guest.pid(Lab.SOURCE), guest.definition().memoryBytes());
        for (var disk : guest.definition().disks()) {
            bytes += ImageScan.nonZeroBytes(
                    Guests.imageOf(guest.definition(), disk.id(), lab.folders().images(Lab.SOURCE)));
        }
        return bytes;
    }

    private void verify(Mover mover, BenchGuest guest, Move move) throws IOException, InterruptedException {
        long end = lab.clock().elapsed().plus(UNDISTURBED).toNanos();
        lab.clock().await(() -> new LoadTrace(guest.recordings()).lastAtNanos() > end, TRACE_LIMIT, POLL);
        String checked = guest.check();
        if (!checked.endsWith(" errors=0")) {
            move.problem(checked);
        }
        mover.shutDown(guest);
        ImageCheck image = guest.checkImage();
        image.problems().forEach(move::problem);
        HeartbeatVerdict beats = guest.heartbeats().verdict();
        beats.problems().forEach(move::problem);
    }

    private Measurement figures(BenchGuest guest, Move move, Counters counters) {
        OptionalLong arrived = move.converged() ? guest.arrivedAtNanos() : OptionalLong.empty();
        long from = move.begun().toNanos();
        long to = arrived.orElse(lab.clock().elapsed().toNanos());
        var trace = new LoadTrace(guest.recordings());
        Optional<LoadTrace.Figures> writes = trace.between(from, to);
        HeartbeatVerdict beats = guest.heartbeats().verdict();
        double pause =
                beats.handovers().isEmpty() ? 0 : beats.handovers().getFirst().pauseNanos() / NANOS_PER_MILLI;
        List<String> problems = new ArrayList<>(move.problems());
        if (writes.isEmpty()) {
            problems.add("the guest's load said nothing");
        }
        return new Measurement(
                situation.name(),
                contender.name(),
                number,
                (arrived.isPresent() ? to - from : situation.deadline().toNanos()) / NANOS_PER_SECOND,
                move.prepareSeconds(),
                counters.sent(),
                counters.sentBack(),
                counters.stillBytes() + rewritten(trace, from, to),
                pause,
                writes.map(LoadTrace.Figures::worstMillis).orElse(0.0),
                writes.map(LoadTrace.Figures::p99Millis).orElse(0.0),
                HeartbeatGaps.longestMillis(guest.recordings(), from, to),
                writes.map(LoadTrace.Figures::achievedFraction).orElse(0.0),
                counters.cpuSeconds(),
                move.converged(),
                move.converged() && problems.isEmpty(),
                move.phases(),
                problems);
    }

    /** Half of what is written while everything is sent once, for the other half is written ahead of the copy. */
    private long rewritten(LoadTrace trace, long from, long to) {
        return trace.between(from, to).map(LoadTrace.Figures::unique).orElse(0L) * DataContent.BLOCK_BYTES / 2;
    }
}
