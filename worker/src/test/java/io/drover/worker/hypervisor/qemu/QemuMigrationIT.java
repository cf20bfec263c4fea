package io.drover.worker.hypervisor.qemu;

import static io.drover.worker.hypervisor.qemu.QemuLab.DATA;
import static io.drover.worker.hypervisor.qemu.QemuLab.DATA_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.FAST;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.SourceVm.MemoryLimits;
import io.drover.worker.hypervisor.SourceVm.SourceDisk;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.NativeMirror;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two QEMUs on one VM, with the disks carried over by the test as a migration would. */
final class QemuMigrationIT {
    private static final String ADDRESS = "127.0.0.12";
    private static final long HARDLY = 20_000;
    private static final MemoryLimits SLOW = new MemoryLimits(1);

    @TempDir
    private Path folder;

    private final MigrationId migration = new MigrationId(UUID.randomUUID());
    private QemuLab lab;

    @BeforeEach
    void begin() throws Exception {
        lab = new QemuLab(folder);
    }

    @AfterEach
    void end() throws Exception {
        lab.close();
    }

    /** The last two sizes are no multiple of 4096 and of 512: QEMU shows them rounded up to 512. */
    @ParameterizedTest
    @CsvSource({"8388608, 4194304", "8389120, 4198400", "8389308, 4194311"})
    void aRunningGuestMovesWithItsDisks(long dataBytes, long swapBytes) throws Exception {
        VmDefinition guest = lab.guest(QemuLab.IDLE, dataBytes, swapBytes);
        try (SourceVm source = lab.startSource(guest)) {
            lab.write("a", guest.id(), DATA, 0x11, 1 << 20, 1 << 20);
            lab.write("a", guest.id(), SWAP, 0x22, 65536, 8192);
            Map<DiskId, SourceDisk> disks = source.openDisks(migration);
            createTargets(disks);
            copyAllocated(guest, disks);
            lab.write("a", guest.id(), DATA, 0x33, (1 << 20) + 4096, 4096);
            assertThat(copyRound(guest, disks)).isEqualTo(4096);

            try (IncomingVm destination = lab.destination.startIncoming(guest)) {
                acceptRefusingToRun(source, destination);
                source.sendMemory(FAST);
                source.sendMemory(FAST);
                await("pre-switchover").until(() -> phase(source) == Phase.PRE_SWITCHOVER);
                assertThat(source.status()).isEqualTo(VmStatus.FINISHING_MIGRATION);
                long end = disk(disks, DATA).source().size();
                lab.write("a", guest.id(), DATA, 0x44, end - 512, 512);
                assertThat(copyRound(guest, disks)).isBetween(512L, 4096L);
                assertThatThrownBy(source::resume).isInstanceOf(IllegalStateException.class);

                switchOver(source, destination);
                assertSameContent(guest, disks);
                assertPostMigrateExportReadable(disks, end);
                runAndTrack(guest, destination, end);

                source.closeDisks(migration);
                source.quit();
                assertThat(lab.source.find(guest.id())).isEmpty();
                assertThat(destination.status()).isEqualTo(VmStatus.RUNNING);
            }
        }
    }

    private static void acceptRefusingToRun(SourceVm source, IncomingVm destination) throws Exception {
        assertThat(destination.status()).isEqualTo(VmStatus.INCOMING);
        assertThatThrownBy(destination::resume)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("INCOMING");
        destination.acceptMemory();
        carry(source, destination);
    }

    private static void switchOver(SourceVm source, IncomingVm destination) throws Exception {
        source.continueSwitchover();
        await("completed").until(() -> phase(source) == Phase.COMPLETED);
        assertThat(source.status()).isEqualTo(VmStatus.POST_MIGRATE);
        await("destination completed").until(() -> phase(destination) == Phase.COMPLETED);
        assertThat(destination.status()).isEqualTo(VmStatus.PAUSED);
        source.continueSwitchover();
    }

    private void assertPostMigrateExportReadable(Map<DiskId, SourceDisk> disks, long end) throws Exception {
        List<Byte> last = new ArrayList<>();
        disk(disks, DATA).source().read(List.of(new Extent(end - 512, 512)), 65536, (offset, content) -> {
            assertThat(offset).isEqualTo(end - 512);
            last.add(content.get(511));
        });
        assertThat(last).containsExactly((byte) 0x44);
    }

    private void runAndTrack(VmDefinition guest, IncomingVm destination, long end) throws Exception {
        destination.trackArrivalWrites(migration);
        destination.trackArrivalWrites(migration);
        destination.resume();
        destination.resume();
        assertThat(destination.status()).isEqualTo(VmStatus.RUNNING);
        lab.write("b", guest.id(), DATA, 0x55, 2 << 20, 4096);
        lab.write("b", guest.id(), DATA, 0x56, end - 512, 512);

        Map<DiskId, DiskChanges> arrival = destination.arrivalWrites(migration);
        List<Extent> written =
                Objects.requireNonNull(arrival.get(DATA)).freeze().blocks().extents();
        assertThat(written.getFirst()).isEqualTo(new Extent(2 << 20, 4096));
        assertThat(written.getLast().end()).isEqualTo(end);
        assertThat(Objects.requireNonNull(arrival.get(SWAP)).freeze().blocks().extents())
                .isEmpty();
        destination.forgetArrivalWrites(migration);
        destination.forgetArrivalWrites(migration);
        assertNothingLeft("b", guest);
    }

    @Test
    void aCancelInPreSwitchoverLetsTheGuestGoOn() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.IDLE, DATA_BYTES, SWAP_BYTES);
        try (SourceVm source = lab.startSource(guest)) {
            Map<DiskId, SourceDisk> disks = source.openDisks(migration);
            createTargets(disks);
            try (IncomingVm destination = lab.destination.startIncoming(guest)) {
                carry(source, destination);
                source.sendMemory(FAST);
                await("pre-switchover").until(() -> phase(source) == Phase.PRE_SWITCHOVER);

                source.cancelMemory();
                source.cancelMemory();

                assertThat(phase(source)).isEqualTo(Phase.CANCELLED);
                await("guest on").until(() -> source.status() == VmStatus.RUNNING);
                destination.quit();
            }
            lab.write("a", guest.id(), DATA, 1, 4096, 4096);
            assertThat(disk(disks, DATA).changes().dirtyBytes()).isEqualTo(4096);
            source.closeDisks(migration);
            assertNothingLeft("a", guest);
        }
    }

    @Test
    void aCancelWhileMemoryMovesAndASecondAttempt() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.IDLE, DATA_BYTES, SWAP_BYTES);
        lab.createImages("b", DATA_BYTES, SWAP_BYTES);
        try (SourceVm source = lab.startSource(guest)) {
            try (IncomingVm destination = lab.destination.startIncoming(guest)) {
                carry(source, destination, HARDLY);
                source.sendMemory(SLOW);
                await("memory moving").until(() -> source.memory().bytesTransferred() > 0);
                assertThat(phase(source)).isEqualTo(Phase.ACTIVE);
                assertThatThrownBy(source::continueSwitchover).isInstanceOf(IOException.class);
                source.cancelMemory();
                assertThat(phase(source)).isIn(Phase.CANCELLED, Phase.FAILED);
                assertThat(source.status()).isEqualTo(VmStatus.RUNNING);
                destination.quit();
            }
            try (IncomingVm destination = lab.destination.startIncoming(guest)) {
                MemoryCarrier carrier = carry(source, destination, HARDLY);
                source.sendMemory(SLOW);
                source.limitMemory(FAST);
                carrier.unlimited();
                await("pre-switchover").until(() -> phase(source) == Phase.PRE_SWITCHOVER);
            }
        }
    }

    @Test
    void theSourceGoesOnAfterPostMigrateAndTheGuestMovesAgainAndBack() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.IDLE, DATA_BYTES, SWAP_BYTES);
        lab.createImages("b", DATA_BYTES, SWAP_BYTES);
        try (SourceVm source = lab.startSource(guest)) {
            try (IncomingVm destination = lab.destination.startIncoming(guest)) {
                moveMemory(source, destination);
                destination.quit();
            }
            source.resume();
            assertThat(source.status()).isEqualTo(VmStatus.RUNNING);

            try (IncomingVm destination = lab.destination.startIncoming(guest)) {
                moveMemory(source, destination);
                destination.resume();
                source.quit();
                try (IncomingVm back = lab.source.startIncoming(guest)) {
                    moveMemory(lab.destination.findSource(guest.id()).orElseThrow(), back);
                    back.resume();
                    assertThat(back.status()).isEqualTo(VmStatus.RUNNING);
                }
            }
        }
    }

    @Test
    void theMemoryOfAnotherVmIsRefused() throws Exception {
        VmDefinition other = lab.guest(QemuLab.IDLE, DATA_BYTES, SWAP_BYTES);
        VmDefinition guest = lab.guest(QemuLab.IDLE, DATA_BYTES, SWAP_BYTES);
        lab.createImages("b", DATA_BYTES, SWAP_BYTES);
        try (SourceVm source = lab.startSource(guest);
                IncomingVm destination = lab.destination.startIncoming(other)) {
            carry(source, destination);
            source.sendMemory(FAST);

            // What little memory there is fits the socket's buffers: the source may notice only when it goes on.
            await("failed or stopped")
                    .until(() -> phase(source) == Phase.FAILED || phase(source) == Phase.PRE_SWITCHOVER);
            if (phase(source) == Phase.PRE_SWITCHOVER) {
                source.continueSwitchover();
            }
            await("failed").until(() -> phase(source) == Phase.FAILED);
            await("guest on").until(() -> source.status() == VmStatus.RUNNING);
            assertThat(lab.destination.find(other.id())).isEmpty();
        }
    }

    @Test
    void qemusOwnMirrorMovesTheDisks() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.IDLE, DATA_BYTES, SWAP_BYTES);
        lab.createImages("b", DATA_BYTES, SWAP_BYTES);
        try (SourceVm source = lab.startSource(guest);
                IncomingVm destination = lab.destination.startIncoming(guest)) {
            lab.write("a", guest.id(), DATA, 0x11, 1 << 20, 1 << 20);
            Map<DiskId, SourceDisk> disks = source.openDisks(migration);
            List<NativeMirror> mirrors = mirror(source, destination, guest);
            lab.write("a", guest.id(), DATA, 0x12, 3 << 20, 4096);

            carry(source, destination);
            source.sendMemory(FAST);
            await("pre-switchover").until(() -> phase(source) == Phase.PRE_SWITCHOVER);
            for (NativeMirror mirror : mirrors) {
                mirror.complete();
                mirror.complete();
            }
            switchOver(source, destination);

            destination.resume();
            assertThat(lab.repair("b", guest.id(), "query-block-exports", Map.of()))
                    .isEqualTo("[]");
            assertSameContent(guest, disks);
            source.closeDisks(migration);
            assertNothingLeft("a", guest);
            try (SourceVm leaving = lab.destination.findSource(guest.id()).orElseThrow()) {
                assertThat(leaving.openDisks(new MigrationId(UUID.randomUUID())))
                        .hasSize(2);
            }
        }
    }

    @Test
    void aMirrorThatLosesItsDestinationEndsAndTheGuestGoesOn() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.IDLE, DATA_BYTES, SWAP_BYTES);
        lab.createImages("b", DATA_BYTES, SWAP_BYTES);
        try (SourceVm source = lab.startSource(guest);
                IncomingVm destination = lab.destination.startIncoming(guest)) {
            List<NativeMirror> mirrors = mirror(source, destination, guest);
            destination.quit();
            lab.write("a", guest.id(), DATA, 0x12, 3 << 20, 4096);

            await("the end of the mirror")
                    .untilAsserted(() -> assertThatThrownBy(mirrors.getFirst()::progress)
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("ended"));

            assertThat(source.status()).isEqualTo(VmStatus.RUNNING);
            mirrors.getFirst().abandon();
            source.closeDisks(migration);
            assertNothingLeft("a", guest);
        }
    }

    private List<NativeMirror> mirror(SourceVm source, IncomingVm destination, VmDefinition guest) throws Exception {
        List<NativeMirror> mirrors = new ArrayList<>();
        for (DiskDefinition disk : guest.disks()) {
            String target = destination.acceptMirror(disk.id(), ADDRESS, QemuLab.A);
            assertThat(destination.acceptMirror(disk.id(), ADDRESS, QemuLab.A)).isEqualTo(target);
            NativeMirror mirror = source.nativeMirror(migration, disk.id(), target, 1L << 30);
            mirror.start();
            mirror.start();
            mirrors.add(mirror);
        }
        for (NativeMirror mirror : mirrors) {
            await("ready").until(() -> mirror.progress().ready());
        }
        return mirrors;
    }

    private static MemoryCarrier carry(SourceVm source, IncomingVm destination) throws Exception {
        return MemoryCarrier.between(source, destination);
    }

    private static MemoryCarrier carry(SourceVm source, IncomingVm destination, long bytesPerSecond) throws Exception {
        return MemoryCarrier.between(source, destination, bytesPerSecond);
    }

    private static void moveMemory(SourceVm source, IncomingVm destination) throws Exception {
        carry(source, destination);
        source.sendMemory(FAST);
        await("pre-switchover").until(() -> phase(source) == Phase.PRE_SWITCHOVER);
        switchOver(source, destination);
    }

    private static Phase phase(VmInstance vm) throws Exception {
        return vm.memory().phase();
    }

    private void createTargets(Map<DiskId, SourceDisk> disks) throws Exception {
        lab.createImages(
                "b",
                disk(disks, DATA).source().size(),
                disk(disks, SWAP).source().size());
    }

    private void copyAllocated(VmDefinition guest, Map<DiskId, SourceDisk> disks) throws Exception {
        for (DiskDefinition definition : guest.disks()) {
            SourceDisk disk = disk(disks, definition.id());
            List<Extent> allocated =
                    disk.source().allocated(new Extent(0, disk.source().size()));
            lab.copy(disk.source(), allocated, lab.images("b").resolve(definition.image()));
        }
    }

    /** Copies what was written since the last round; returns how much that was. */
    private long copyRound(VmDefinition guest, Map<DiskId, SourceDisk> disks) throws Exception {
        long bytes = 0;
        for (DiskDefinition definition : guest.disks()) {
            SourceDisk disk = disk(disks, definition.id());
            DiskChanges.Round round = disk.changes().freeze();
            lab.copy(disk.source(), round.blocks().extents(), lab.images("b").resolve(definition.image()));
            round.durable();
            bytes += round.blocks().extents().stream().mapToLong(Extent::length).sum();
        }
        return bytes;
    }

    private void assertSameContent(VmDefinition guest, Map<DiskId, SourceDisk> disks) throws Exception {
        for (DiskDefinition definition : guest.disks()) {
            long size = disk(disks, definition.id()).source().size();
            assertThat(lab.content("b", definition.image(), size))
                    .isEqualTo(lab.content("a", definition.image(), size));
            assertThat(Files.size(lab.images("b").resolve(definition.image()))).isEqualTo(size);
        }
    }

    private void assertNothingLeft(String host, VmDefinition guest) throws Exception {
        assertThat(lab.repair(host, guest.id(), "query-block-exports", Map.of()))
                .isEqualTo("[]");
        assertThat(lab.repair(host, guest.id(), "query-jobs", Map.of())).isEqualTo("[]");
        assertThat(lab.repair(host, guest.id(), "query-named-block-nodes", Map.of("flat", true)))
                .doesNotContain("drover-")
                .doesNotContain("mirror.");
    }

    private static SourceDisk disk(Map<DiskId, SourceDisk> disks, DiskId id) {
        return Objects.requireNonNull(disks.get(id));
    }
}
