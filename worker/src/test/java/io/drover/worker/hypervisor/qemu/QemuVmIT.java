package io.drover.worker.hypervisor.qemu;

import static io.drover.worker.hypervisor.qemu.QemuLab.DATA;
import static io.drover.worker.hypervisor.qemu.QemuLab.DATA_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.IDLE;
import static io.drover.worker.hypervisor.qemu.QemuLab.LIMIT;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.time.SystemClock;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.SourceVm.SourceDisk;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.hypervisor.VmUsage;
import io.drover.worker.hypervisor.qemu.process.AcceleratorProbe;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.qmp.QmpClient;
import io.drover.worker.qmp.QmpConnectionException;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QemuVmIT {
    @TempDir
    private Path folder;

    private final MigrationId migration = new MigrationId(UUID.randomUUID());
    private QemuLab lab;
    private VmDefinition guest;

    @BeforeEach
    void begin() throws Exception {
        lab = new QemuLab(folder);
        guest = lab.guest(IDLE, DATA_BYTES, SWAP_BYTES);
    }

    @AfterEach
    void end() throws Exception {
        lab.close();
    }

    @Test
    void factsTellWhatRunsHere() {
        var config = QemuConfig.of(lab.run("a"), lab.images("a"));

        HypervisorFacts facts = new QemuHypervisor(config, new SystemClock()).facts();

        assertThat(facts.version()).matches("QEMU \\d+\\.\\d+\\.\\d+");
        assertThat(facts.accelerator()).isIn("kvm", "tcg");
        assertThat(facts.machineTypes()).contains("pc-q35-7.2").doesNotContain("q35");
        assertThat(facts.cpuModels()).contains("qemu64");
    }

    @Test
    void theProbeTellsAGuestThatRunsFromOneThatHangs() throws Exception {
        Path hanging = folder.resolve("hanging");
        Files.writeString(hanging, "#!/bin/sh\nexec sleep 1000\n");
        Files.setPosixFilePermissions(hanging, PosixFilePermissions.fromString("rwxr-xr-x"));

        var clock = new SystemClock();
        assertThat(new AcceleratorProbe(Path.of("qemu-system-x86_64"), LIMIT, clock).bootTime("tcg"))
                .isPresent();
        assertThat(new AcceleratorProbe(hanging, Duration.ofMillis(300), clock).bootTime("kvm"))
                .isEmpty();
    }

    @Test
    void aVmIsFoundByALaterWorker() throws Exception {
        SourceVm vm = lab.startSource(guest);
        assertThat(vm.status()).isEqualTo(VmStatus.RUNNING);
        assertThat(lab.source.alive()).containsExactly(guest.id());
        assertThatThrownBy(() -> lab.source.start(guest)).hasMessageContaining("alive already");
        assertThat(session(lab.pid("a", guest.id())))
                .isNotEqualTo(session(ProcessHandle.current().pid()));
        vm.close();

        QemuHypervisor later = lab.hypervisor("a");
        try (SourceVm found = later.findSource(guest.id()).orElseThrow()) {
            found.resume();
            assertThat(found.status()).isEqualTo(VmStatus.RUNNING);
            found.quit();
        }

        assertThat(later.find(guest.id())).isEmpty();
        assertThat(later.alive()).isEmpty();
    }

    /** A signal to the worker's session or process group does not reach another one's. */
    private static String session(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[3];
    }

    @Test
    void twoUsersInOneWorkerShareTheMonitor() throws Exception {
        try (SourceVm vm = lab.startSource(guest)) {
            try (SourceVm again = lab.source.findSource(guest.id()).orElseThrow()) {
                assertThat(vm.status()).isEqualTo(VmStatus.RUNNING);
                assertThat(again.status()).isEqualTo(VmStatus.RUNNING);
                Path socket = VmFolder.of(lab.run("a"), guest.id()).monitorSocket();
                assertThatThrownBy(() -> QmpClient.connect(socket, Duration.ofMillis(500)))
                        .isInstanceOf(QmpConnectionException.class)
                        .hasMessageContaining("no greeting");
            }
            assertThat(vm.status()).isEqualTo(VmStatus.RUNNING);
        }
    }

    /** What a migration that came in leaves behind is cleared while the VM leaves again. */
    @Test
    void theEndOfOneMigrationIsInNobodysWay() throws Exception {
        var earlier = new MigrationId(UUID.randomUUID());
        try (SourceVm _ = lab.startSource(guest);
                IncomingVm arrived = lab.source.findIncoming(guest.id()).orElseThrow();
                SourceVm leaving = lab.source.findSource(guest.id()).orElseThrow();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> clearing = threads.submit(() -> {
                for (int i = 0; i < 60; i++) {
                    arrived.trackArrivalWrites(earlier);
                    arrived.forgetArrivalWrites(earlier);
                }
                return null;
            });
            while (!clearing.isDone()) {
                for (SourceDisk disk : leaving.openDisks(migration).values()) {
                    assertThat(disk.changes().freeze().blocks().isEmpty()).isTrue();
                }
                leaving.closeDisks(migration);
            }
            clearing.get();
        }
    }

    @Test
    void usageCountsTheGuestsWrites() throws Exception {
        guest = lab.guest(QemuLab.WRITE_A_SECTOR, DATA_BYTES, SWAP_BYTES);
        try (SourceVm vm = lab.startSource(guest)) {
            await("the guest's write").until(() -> written(vm.usage(), DATA) == 512);

            VmUsage usage = vm.usage();
            assertThat(usage.disks().keySet()).containsExactlyInAnyOrder(DATA, SWAP);
            assertThat(written(usage, SWAP)).isZero();
            assertThat(usage.cpuTime()).isPositive();
            assertThat(usage.residentBytes()).isGreaterThan(1 << 20);
        }
    }

    @Test
    void whatAGuestRewritesOfItsMemoryIsMeasured() throws Exception {
        guest = lab.guest(QemuLab.REWRITE_MEMORY, DATA_BYTES, SWAP_BYTES);
        try (SourceVm vm = lab.startSource(guest)) {
            // Half a MiB of its 32: the lot falls on it in most measurements.
            await("a measurement that saw it")
                    .until(() -> vm.usage().memoryDirtiedPerSecond().orElse(0) >= 1 << 20);
        }
    }

    private static long written(VmUsage usage, DiskId disk) {
        return usage.disks().entrySet().stream()
                .filter(entry -> entry.getKey().equals(disk))
                .mapToLong(entry -> entry.getValue().writtenBytes())
                .sum();
    }

    @Test
    void whatTheGuestSaysIsLoggedThoughNobodyListens() throws Exception {
        guest = lab.guest(QemuLab.PRINT, DATA_BYTES, SWAP_BYTES);
        lab.source.start(guest).close();

        Path log = VmFolder.of(lab.run("a"), guest.id()).consoleLog();
        await("the guest's word")
                .until(() -> Files.exists(log) && Files.readString(log).equals("D"));
    }

    @Test
    void anAccountSurvivesTheEndOfAnother() throws Exception {
        try (SourceVm vm = lab.startSource(guest);
                IncomingVm arrived = lab.source.findIncoming(guest.id()).orElseThrow()) {
            arrived.trackArrivalWrites(migration);
            Map<DiskId, DiskChanges> arrival = arrived.arrivalWrites(migration);
            var later = new MigrationId(UUID.randomUUID());
            assertThat(vm.openDisks(later)).hasSize(2);
            vm.closeDisks(later);
            lab.write("a", guest.id(), SWAP, 1, 8192, 1);

            DiskChanges changes = Objects.requireNonNull(arrival.get(SWAP));
            assertThat(changes.freeze().blocks().extents()).containsExactly(new Extent(8192, 4096));
            arrived.forgetArrivalWrites(migration);
            assertNothingLeft("a");
        }
    }

    @Test
    void aKilledVmIsProvenGone() throws Exception {
        try (SourceVm vm = lab.startSource(guest)) {
            SourceDisk disk = disk(vm.openDisks(migration), DATA);
            ProcessHandle.of(lab.pid("a", guest.id())).orElseThrow().destroyForcibly();

            assertThatThrownBy(vm::status).isInstanceOf(VmGoneException.class);
            assertThatThrownBy(() -> disk.source().allocated(new Extent(0, DATA_BYTES)))
                    .isInstanceOf(VmGoneException.class);
            assertThatThrownBy(vm::usage).isInstanceOf(VmGoneException.class);
            assertThat(lab.source.find(guest.id())).isEmpty();
            assertThat(lab.source.alive()).isEmpty();
            vm.quit();
        }
        try (SourceVm again = lab.startSource(guest)) {
            assertThat(again.status()).isEqualTo(VmStatus.RUNNING);
        }
    }

    @Test
    void aVmThatWasStartedBehindADeadWorkersBackIsFound() throws Exception {
        lab.source.start(guest).close();
        Files.delete(lab.run("a").resolve(guest.id().toString()).resolve("process"));

        try (SourceVm found = lab.hypervisor("a").findSource(guest.id()).orElseThrow()) {
            assertThat(found.status()).isEqualTo(VmStatus.RUNNING);
        }
    }

    @Test
    void aGuestThatPowersOffKeepsItsDisksReadable() throws Exception {
        guest = lab.guest(QemuLab.POWER_OFF, DATA_BYTES, SWAP_BYTES);
        try (SourceVm vm = lab.startSource(guest)) {
            await("guest off").until(() -> vm.status() == VmStatus.SHUT_DOWN);

            SourceDisk disk = disk(vm.openDisks(migration), DATA);
            assertThat(disk.source().allocated(new Extent(0, DATA_BYTES))).isNotEmpty();
            assertThatThrownBy(vm::resume).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void anImageThatIsMissingIsNamed() throws Exception {
        Files.delete(lab.images("a").resolve("swap.raw"));

        assertThatThrownBy(() -> lab.source.start(guest))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("disk swap")
                .hasMessageContaining("does not exist");
        assertThat(lab.source.alive()).isEmpty();
    }

    @Test
    @Tag("attack")
    @DisplayName("F16: what QEMU does not like is told in its words, at every try")
    void whatQemuDoesNotLikeIsToldInItsWords() throws Exception {
        var odd = new VmDefinition(
                guest.id(), "guest", 1, 32L << 20, "pc-q35-0.1", "qemu64", NetworkCards.plain(0), null, guest.disks());

        for (int tries = 0; tries < 3; tries++) {
            assertThatThrownBy(() -> lab.source.start(odd))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("unsupported machine type");
        }
        assertThat(lab.source.alive()).isEmpty();
    }

    @Test
    void noWriteIsLostWhenAWorkerDiesInTheMiddleOfARound() throws Exception {
        try (SourceVm vm = lab.startSource(guest)) {
            DiskChanges changes = disk(vm.openDisks(migration), DATA).changes();
            lab.write("a", guest.id(), DATA, 1, 1 << 20, 4096);
            assertThat(changes.dirtyBytes()).isEqualTo(4096);
            assertThat(changes.freeze().blocks().extents()).containsExactly(new Extent(1 << 20, 4096));
            assertThatThrownBy(changes::freeze).isInstanceOf(IllegalStateException.class);
            lab.write("a", guest.id(), DATA, 1, 2 << 20, 512);
        }

        try (SourceVm found = lab.hypervisor("a").findSource(guest.id()).orElseThrow()) {
            DiskChanges changes = disk(found.openDisks(migration), DATA).changes();
            assertThat(changes.dirtyBytes()).isEqualTo(8192);
            DiskChanges.Round round = changes.freeze();
            assertThat(round.blocks().extents()).containsExactly(new Extent(1 << 20, 4096), new Extent(2 << 20, 4096));
            round.durable();
            assertThat(changes.dirtyBytes()).isZero();

            found.closeDisks(migration);
            found.closeDisks(migration);
            assertNothingLeft("a");
        }
    }

    private void assertNothingLeft(String host) throws Exception {
        assertThat(lab.repair(host, guest.id(), "query-block-exports", Map.of()))
                .isEqualTo("[]");
        assertThat(lab.repair(host, guest.id(), "query-jobs", Map.of())).isEqualTo("[]");
        assertThat(lab.repair(host, guest.id(), "query-named-block-nodes", Map.of("flat", true)))
                .doesNotContain("drover-")
                .doesNotContain("mirror.");
    }

    private static SourceDisk disk(Map<DiskId, SourceDisk> disks, DiskId id) {
        SourceDisk disk = disks.get(id);
        if (disk == null) {
            throw new AssertionError(List.copyOf(disks.keySet()) + " without " + id);
        }
        return disk;
    }
}
