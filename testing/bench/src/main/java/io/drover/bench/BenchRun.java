package io.drover.bench;

import io.drover.bench.lab.CpuMeter;
import io.drover.bench.lab.GuestMemory;
import io.drover.bench.lab.Lab;
import io.drover.bench.lab.LinkCut;
import io.drover.bench.lab.Outage;
import io.drover.bench.trial.BenchCase;
import io.drover.bench.trial.Measurement;
import io.drover.bench.trial.MoveFigures;
import io.drover.bench.trial.Variant;
import io.drover.bench.trial.WriteTrace;
import io.drover.messages.time.Wait;
import io.drover.testbed.evidence.HeartbeatVerdict;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.ImageCheck;
import io.drover.worker.hypervisor.qemu.image.QemuImageLocks;
import io.drover.worker.hypervisor.qemu.image.QemuImages;
import io.drover.worker.image.local.LocalImageStore;
import java.io.IOException;
import java.nio.file.Path;
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
    private final Variant contender;
    private final int number;

    BenchRun(Lab lab, BenchCase situation, Variant contender, int number) {
        this.lab = lab;
        this.situation = situation;
        this.contender = contender;
        this.number = number;
    }

    /** What was read before and after the move. */
    private record Counters(double cpuSeconds, long sent, long sentBack, long stillBytes) {}

    /** Cleans up after itself unless it throws; then nothing can be relied on. */
    Measurement measure() throws IOException, InterruptedException {
        return switch (contender) {
            case Variant.Drover drover -> measure(new DroverMover(lab, drover));
            case Variant.Qemu qemu -> measure(new QemuMover(lab, qemu.copyMode()));
            case Variant.Raw raw -> throw new IllegalArgumentException(raw.name() + " moves no guest");
        };
    }

    private Measurement measure(Mover mover) throws IOException, InterruptedException {
        String name = situation.name() + "-" + contender.name() + "-" + number;
        try (var guest = BenchGuest.make(lab, situation, contender, name, mover.home(situation.beginning()))) {
            mover.place(guest, situation.beginning());
            var changed = situation.beginning().known()
                    ? ChangedBlocks.change(guest.image(Guests.DATA, Lab.SOURCE), situation.beginning(), number)
                    : ChangedBlocks.NONE;
            mover.start(guest);
            Measurement measurement = measure(mover, guest, changed);
            mover.clear(guest);
            guest.removeImages();
            return measurement;
        }
    }

    private Measurement measure(Mover mover, BenchGuest guest, ChangedBlocks changed)
            throws IOException, InterruptedException {
        guest.awaitReady();
        Duration quiet = lab.clock().elapsed();
        lab.clock().sleep(UNDISTURBED);
        Duration quietUntil = lab.clock().elapsed();
        guest.mark();
        long still = stillBytes(guest, changed);
        var move = new MoveFigures(lab.clock(), situation.deadline());
        move.figure("swap_allocated_bytes", allocatedSwapBytes(guest));
        if (situation.stream().fillMib() > 0) {
            move.figure(
                    "swap_filled_bytes",
                    guest.filledSwapBytes(situation.stream().fillMib()));
        }
        var cpu = new CpuMeter();
        long sent = lab.network().source().sentBytes();
        long sentBack = lab.network().destination().sentBytes();
        move(mover, guest, move, cpu);
        var counters = new Counters(
                cpu.seconds(),
                lab.network().source().sentBytes() - sent,
                lab.network().destination().sentBytes() - sentBack,
                still);
        tellUndisturbed(guest, move, quiet, quietUntil);
        if (move.converged()) {
            move.figure("swap_live_bytes", guest.liveSwapBytes());
            verify(mover, guest, move, changed);
        }
        return figures(guest, move, counters);
    }

    /** What the guest's writes take on this computer when nobody copies. */
    private static void tellUndisturbed(BenchGuest guest, MoveFigures move, Duration from, Duration to)
            throws IOException {
        new WriteTrace(guest.recordings()).between(from.toNanos(), to.toNanos()).ifPresent(calm -> {
            move.figure("undisturbed_worst_ms", calm.worstMillis());
            move.figure("undisturbed_p99_ms", calm.p99Millis());
        });
    }

    private void move(Mover mover, BenchGuest guest, MoveFigures move, CpuMeter cpu)
            throws IOException, InterruptedException {
        var outage = new Outage(lab.cut(), lab.network(), lab.clock());
        try {
            mover.move(guest, move, () -> look(cpu, outage));
        } finally {
            outage.end();
        }
        if (!lab.cut().equals(LinkCut.NONE) && !outage.happened()) {
            move.problem("the link was not cut: too little crossed it");
        }
    }

    private long allocatedSwapBytes(BenchGuest guest) throws IOException {
        Path image = guest.image(Guests.SWAP, Lab.SOURCE);
        Path images = lab.folders().images(Lab.SOURCE);
        var qcow2 = new QemuImages(images, lab.folders().run(Lab.SOURCE));
        return new LocalImageStore(images, new QemuImageLocks(), qcow2, _ -> {})
                .allocatedBytes(image.getFileName().toString());
    }

    private static void look(CpuMeter cpu, Outage outage) throws IOException, InterruptedException {
        cpu.look();
        outage.look();
    }

    /** Where the destination has something to build on, of the data disk only what was changed since. */
    private long stillBytes(BenchGuest guest, ChangedBlocks changed) throws IOException {
        long bytes = GuestMemory.nonZeroBytes(
                guest.pid(Lab.SOURCE), guest.definition().memoryBytes());
        bytes += ImageScan.nonZeroBytes(guest.image(Guests.SWAP, Lab.SOURCE));
        return bytes
                + (situation.beginning().known()
                        ? changed.bytes()
                        : ImageScan.nonZeroBytes(guest.image(Guests.DATA, Lab.SOURCE)));
    }

    private void verify(Mover mover, BenchGuest guest, MoveFigures move, ChangedBlocks changed)
            throws IOException, InterruptedException {
        long end = lab.clock().elapsed().plus(UNDISTURBED).toNanos();
        boolean _ = new Wait(lab.clock(), TRACE_LIMIT, POLL)
                .until(() -> new WriteTrace(guest.recordings()).lastAtNanos() > end);
        String checked = guest.check();
        if (!checked.endsWith(" errors=0")) {
            move.problem(checked);
        }
        mover.shutDown(guest);
        ImageCheck image = guest.checkImage();
        image.problems().forEach(move::problem);
        changed.problems(guest.image(Guests.DATA, Lab.DESTINATION)).forEach(move::problem);
        HeartbeatVerdict beats = guest.heartbeats().verdict();
        beats.problems().forEach(move::problem);
    }

    private Measurement figures(BenchGuest guest, MoveFigures move, Counters counters) {
        OptionalLong arrived = move.converged() ? guest.arrivedAtNanos() : OptionalLong.empty();
        long from = move.begun().toNanos();
        long to = Math.max(
                arrived.orElse(lab.clock().elapsed().toNanos()),
                move.pulledAt().map(Duration::toNanos).orElse(from));
        arrived.ifPresent(at -> move.figure("arrived_s", (at - from) / NANOS_PER_SECOND));
        var trace = new WriteTrace(guest.recordings());
        Optional<WriteTrace.Figures> writes = trace.between(from, to);
        writes.ifPresent(
                figures -> move.figure("worst_write_at_s", (figures.worstAtNanos() - from) / NANOS_PER_SECOND));
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
                counters.stillBytes() + Rewritten.bytes(trace, move, arrived.orElse(to)),
                pause,
                writes.map(WriteTrace.Figures::worstMillis).orElse(0.0),
                writes.map(WriteTrace.Figures::p99Millis).orElse(0.0),
                HeartbeatGaps.longestMillis(guest.recordings(), from, to),
                writes.map(WriteTrace.Figures::achievedFraction).orElse(0.0),
                counters.cpuSeconds(),
                move.converged(),
                move.converged() && problems.isEmpty(),
                move.phases(),
                problems,
                move.figures());
    }
}
