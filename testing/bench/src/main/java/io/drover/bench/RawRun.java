package io.drover.bench;

import io.drover.bench.lab.Commands;
import io.drover.bench.lab.CpuMeter;
import io.drover.bench.lab.HostNetwork;
import io.drover.bench.lab.Lab;
import io.drover.bench.lab.NbdService;
import io.drover.bench.trial.BenchCase;
import io.drover.bench.trial.Measurement;
import io.drover.bench.trial.Variant;
import io.drover.demo.CopyFigures;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskRole;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.ComparedImages;
import io.drover.messages.evidence.CopiedImages;
import io.drover.testbed.guest.Guests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One copy of an image of random bytes over the link: by a worker, as it moves a VM that is stopped, or by a tool
 * between two NBD servers of QEMU, its own and the other host's. Each begins with the image out of the page cache and
 * ends when the copy is on the disk.
 */
final class RawRun {
    private static final double MEGA = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Lab lab;
    private final BenchCase situation;
    private final Variant.Raw contender;
    private final int number;
    private final int mebibytes;

    RawRun(Lab lab, BenchCase situation, Variant.Raw contender, int number, int mebibytes) {
        this.lab = lab;
        this.situation = situation;
        this.contender = contender;
        this.number = number;
        this.mebibytes = mebibytes;
    }

    /**
     * What a copy was like.
     *
     * @param target the file it was made into
     */
    private record Copied(double seconds, Path target, Map<String, Double> phases, List<String> problems) {}

    Measurement measure() throws IOException, InterruptedException {
        Path master = master();
        Commands.run(List.of(), "dd", "if=" + master, "iflag=nocache", "count=0", "status=none");
        // A retired copy is made read-only, and every source here is this file by another name.
        Files.setPosixFilePermissions(master, PosixFilePermissions.fromString("rw-------"));
        var cpu = new CpuMeter();
        double ended = CpuMeter.endedChildrenSeconds();
        long sent = lab.network().source().sentBytes();
        long sentBack = lab.network().destination().sentBytes();
        Copied copied = switch (contender.name()) {
            case Variant.COPY, Variant.COPY_COMPARED -> byWorker(master);
            default -> byTool(master, cpu);
        };
        double cpuSeconds = cpu.seconds() + CpuMeter.endedChildrenSeconds() - ended;
        sent = lab.network().source().sentBytes() - sent;
        sentBack = lab.network().destination().sentBytes() - sentBack;
        var problems = new ArrayList<>(copied.problems());
        if (Files.mismatch(master, copied.target()) != -1) {
            problems.add("the copy differs");
        }
        Files.delete(copied.target());
        return measurement(copied, sent, sentBack, cpuSeconds, problems);
    }

    private Measurement measurement(Copied copied, long sent, long sentBack, double cpuSeconds, List<String> problems) {
        long bytes = (long) mebibytes << 20;
        return new Measurement(
                situation.name(),
                contender.name(),
                number,
                copied.seconds(),
                0,
                sent,
                sentBack,
                bytes,
                0,
                0,
                0,
                0,
                1,
                cpuSeconds,
                true,
                problems.isEmpty(),
                copied.phases(),
                problems,
                Map.of("mb_per_s", bytes / MEGA / copied.seconds()));
    }

    /** Made once a case; others are links to it. */
    private Path master() throws IOException, InterruptedException {
        Path master = lab.folders().images(Lab.SOURCE).resolve("master");
        if (!Files.exists(master)) {
            Path unfinished = master.resolveSibling("master-unfinished");
            String megabytes = "count=" + mebibytes;
            Commands.run(
                    List.of(),
                    "dd",
                    "if=/dev/urandom",
                    "of=" + unfinished,
                    "bs=1M",
                    megabytes,
                    "conv=fsync",
                    "status=none");
            Files.move(unfinished, master);
        }
        return master;
    }

    private Copied byWorker(Path master) throws IOException, InterruptedException {
        VmDefinition vm = vm();
        String image = vm.disks().getFirst().image();
        Files.createLink(master.resolveSibling(image), master);
        lab.api().define(vm, Lab.SOURCE);
        var detail = IdleMove.run(lab, vm.name(), Lab.DESTINATION, situation.deadline());
        var journal = new JournalFigures(detail);
        double copy = journal.seconds(CopiedImages.STEP);
        double compare = journal.seconds(ComparedImages.STEP);
        CopyFigures figures = CopyFigures.of(detail);
        List<String> problems = figures.different() + figures.regionsUnequal() == 0
                ? List.of()
                : List.of(figures.different() + " blocks and " + figures.regionsUnequal() + " regions differ");
        return new Copied(
                contender.name().equals(Variant.COPY) ? copy : copy + compare,
                lab.folders().images(Lab.DESTINATION).resolve(image),
                Map.of(CopiedImages.STEP, copy, ComparedImages.STEP, compare),
                problems);
    }

    private VmDefinition vm() {
        String name = contender.name() + "-" + number;
        VmDefinition vm = lab.guests()
                .define(new VmId(UUID.randomUUID()), name, situation.size(), situation.load(), situation.stream());
        return BenchGuest.withDisks(vm, List.of(new DiskDefinition(Guests.DATA, DiskRole.DATA, name + ".raw")));
    }

    private Copied byTool(Path master, CpuMeter cpu) throws IOException, InterruptedException {
        Path target = lab.folders().images(Lab.DESTINATION).resolve(contender.name() + "-" + number + ".raw");
        Commands.run(List.of(), "truncate", "-s", mebibytes + "M", target.toString());
        HostNetwork.Host here = lab.network().source();
        try (var source = NbdService.onSocket(here, lab.folders().root().resolve("raw.sock"), master);
                var destination = NbdService.onAddress(lab.network().destination(), target)) {
            Duration begin = lab.clock().elapsed();
            Commands.run(here.prefix(), tool(source.uri(), destination.uri()));
            Commands.run(List.of(), "sync", "-d", target.toString());
            cpu.look(); // both servers are still there
            double seconds = lab.clock().elapsed().minus(begin).toNanos() / NANOS_PER_SECOND;
            return new Copied(seconds, target, Map.of("copy", seconds), List.of());
        }
    }

    private String[] tool(String from, String to) {
        return contender.name().equals(Variant.NBDCOPY)
                ? new String[] {"nbdcopy", "--flush", from, to}
                : new String[] {"qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", from, to};
    }
}
