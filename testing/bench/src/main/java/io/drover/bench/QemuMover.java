package io.drover.bench;

import io.drover.bench.lab.HostNetwork;
import io.drover.bench.lab.Lab;
import io.drover.bench.trial.InitialState;
import io.drover.bench.trial.MoveFigures;
import io.drover.messages.DiskDefinition;
import io.drover.messages.HostId;
import io.drover.messages.time.Wait;
import io.drover.testbed.guest.Guests;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.HypervisorDriver.Site;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.MemoryTransfer;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.hypervisor.qemu.QemuHypervisor;
import io.drover.worker.hypervisor.qemu.process.HostNetworks;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.pki.Encryption;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;

/** QEMU alone: two processes with the same command line as Drover's, and the commands libvirt would give. */
final class QemuMover implements Mover {
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private final Lab lab;
    private final String copyMode;
    private final Hypervisor source;
    private final Hypervisor destination;

    QemuMover(Lab lab, String copyMode) throws IOException {
        this.lab = lab;
        this.copyMode = copyMode;
        this.source = hypervisor(lab, Lab.SOURCE, lab.network().source());
        this.destination = hypervisor(lab, Lab.DESTINATION, lab.network().destination());
    }

    /** QEMU is entered into the host's namespace by a script in its place. */
    private static Hypervisor hypervisor(Lab lab, HostId id, HostNetwork.Host host) throws IOException {
        Path script = lab.folders().root().resolve("qemu-at-" + id);
        Files.writeString(
                script, "#!/bin/sh\nexec " + String.join(" ", host.prefix()) + " qemu-system-x86_64 \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        var config = new QemuConfig(
                script,
                lab.folders().run(id),
                lab.folders().images(id),
                "tcg",
                QemuConfig.Limits.defaults(),
                Encryption.off(),
                Site.MIRROR_WINDOW_BYTES,
                lab.guests().bootFolder(),
                null,
                HostNetworks.none());
        return new QemuHypervisor(config, lab.clock());
    }

    @Override
    public HostId home(InitialState beginning) {
        return Lab.SOURCE;
    }

    /** It builds on nothing that the destination may have. */
    @Override
    public void place(BenchGuest guest, InitialState beginning) {}

    @Override
    public void start(BenchGuest guest) throws IOException, InterruptedException {
        source.start(guest.definition()).close();
    }

    @Override
    public void move(BenchGuest guest, MoveFigures move, Tick tick) throws IOException, InterruptedException {
        createTargets(guest);
        try (IncomingVm arriving = destination.startIncoming(guest.definition());
                var commands = new LibvirtSequence(guest.runFolder(Lab.SOURCE));
                var targets = new MirrorTargets(
                        guest.runFolder(Lab.DESTINATION),
                        lab.network().destination().address())) {
            move.begunAt(lab.clock().elapsed());
            var waiting = new Waiting(lab.clock(), POLL, move, tick);
            startMirrors(guest, commands, targets);
            if (!replicate(arriving, commands, targets, waiting)) {
                move.problem("not over by the deadline, in " + waiting.last());
                return;
            }
            targets.end();
            arriving.resume();
            waiting.until("resume", () -> guest.arrivedAtNanos().isPresent());
            move.done();
        }
    }

    private void startMirrors(BenchGuest guest, LibvirtSequence commands, MirrorTargets targets)
            throws IOException, InterruptedException {
        targets.listen();
        for (DiskDefinition disk : guest.definition().disks()) {
            commands.mirror(disk.id().value(), targets.export(disk.id().value()), copyMode);
        }
    }

    private boolean replicate(IncomingVm arriving, LibvirtSequence commands, MirrorTargets targets, Waiting waiting)
            throws IOException, InterruptedException {
        String memory = targets.acceptMemory();
        if (!waiting.until("disks", commands::mirrorsReady)) {
            return false;
        }
        commands.migrate(memory);
        if (!waiting.until("memory", commands::atSwitchover)) {
            return false;
        }
        commands.endMirrors();
        if (!waiting.until("last writes", commands::mirrorsEnded)) {
            return false;
        }
        commands.goOn();
        return waiting.until("switchover", () -> commands.completed() && ready(arriving));
    }

    private static boolean ready(IncomingVm arriving) throws IOException, InterruptedException {
        return arriving.memory().phase() == MemoryTransfer.Phase.COMPLETED && arriving.status() == VmStatus.PAUSED;
    }

    private void createTargets(BenchGuest guest) throws IOException {
        for (DiskDefinition disk : guest.definition().disks()) {
            Path from =
                    Guests.imageOf(guest.definition(), disk.id(), lab.folders().images(Lab.SOURCE));
            Path to =
                    Guests.imageOf(guest.definition(), disk.id(), lab.folders().images(Lab.DESTINATION));
            try (var image = new RandomAccessFile(to.toFile(), "rw")) {
                image.setLength(Files.size(from));
            }
        }
    }

    @Override
    public void shutDown(BenchGuest guest) throws IOException, InterruptedException {
        Optional<VmInstance> found = destination.find(guest.definition().id());
        if (found.isEmpty()) {
            throw new IOException(guest.definition().name() + " is gone");
        }
        try (VmInstance vm = found.get()) {
            vm.powerDown();
            var wait = new Wait(lab.clock(), STOP_LIMIT, POLL);
            if (!wait.until(() -> vm.status() == VmStatus.SHUT_DOWN)) {
                throw new IOException(guest.definition().name() + " did not power off");
            }
            vm.quit();
        }
    }

    @Override
    public void clear(BenchGuest guest) throws IOException, InterruptedException {
        for (Hypervisor host : new Hypervisor[] {source, destination}) {
            Optional<VmInstance> found = host.find(guest.definition().id());
            if (found.isPresent()) {
                try (VmInstance vm = found.get()) {
                    vm.quit();
                }
            }
        }
    }
}
