package io.drover.worker.hypervisor.qemu;

import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.GuestIo;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.SourceVm.MemoryLimits;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What QEMU is told of a transfer's pace while it runs, and what it tells of its guest's disks. */
final class QemuPaceIT {
    @TempDir
    private Path folder;

    private QemuLab lab;

    @BeforeEach
    void begin() throws Exception {
        lab = new QemuLab(folder);
    }

    @AfterEach
    void end() throws Exception {
        lab.close();
    }

    @Test
    void differencesFromTheStartAndTheThrottleWhenItIsWanted() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.IDLE, QemuLab.DATA_BYTES, QemuLab.SWAP_BYTES);
        lab.createImages("b", QemuLab.DATA_BYTES, QemuLab.SWAP_BYTES);
        try (SourceVm source = lab.startSource(guest);
                IncomingVm destination = lab.destination.startIncoming(guest)) {
            MemoryCarrier carrier = MemoryCarrier.between(source, destination, 20_000);
            source.sendMemory(new MemoryLimits(1, true, 0));
            assertThat(lab.human("a", guest.id(), "info migrate_capabilities"))
                    .contains("xbzrle: on")
                    .contains("auto-converge: on");
            assertThat(parameters(guest)).contains("max-cpu-throttle: 1");
            source.limitMemory(new MemoryLimits(7, true, 80));
            assertThat(parameters(guest))
                    .contains("max-cpu-throttle: 80")
                    .contains("cpu-throttle-initial: 20")
                    .contains("downtime-limit: 7 ");
            source.limitMemory(QemuLab.FAST);
            carrier.unlimited();
            await("pre-switchover").until(() -> source.memory().phase() == Phase.PRE_SWITCHOVER);
        }
    }

    /** Without the care that decision 0020 takes, QEMU 7.2 loses writes here each time. */
    @Test
    void noWriteToMemoryIsLostHoweverOftenItIsSentAgain() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.COUNT_IN_MEMORY, QemuLab.DATA_BYTES, QemuLab.SWAP_BYTES);
        lab.createImages("b", QemuLab.DATA_BYTES, QemuLab.SWAP_BYTES);
        try (SourceVm source = lab.startSource(guest);
                IncomingVm destination = lab.destination.startIncoming(guest)) {
            await("a guest that counts").until(() -> printed("a", guest).contains("A"));
            MemoryCarrier carrier = MemoryCarrier.between(source, destination, 400_000);
            source.sendMemory(new MemoryLimits(1, true, 0));
            // 64 KiB each, after the 32 MiB of mostly zeros; over at once if QEMU notices no write.
            await("rounds")
                    .until(() -> source.memory().bytesTransferred() > 1_200_000
                            || source.memory().phase() == Phase.PRE_SWITCHOVER);
            source.limitMemory(QemuLab.FAST);
            carrier.unlimited();
            await("pre-switchover").until(() -> source.memory().phase() == Phase.PRE_SWITCHOVER);
            source.continueSwitchover();
            await("arrival").until(() -> destination.memory().phase() == Phase.COMPLETED);
            destination.resume();
            await("a sign of life").until(() -> !printed("b", guest).isEmpty());
            assertThat(printed("a", guest) + printed("b", guest)).doesNotContain("B");
        }
    }

    private String printed(String host, VmDefinition guest) throws Exception {
        Path log = VmFolder.of(lab.run(host), guest.id()).consoleLog();
        return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
    }

    private String parameters(VmDefinition guest) throws Exception {
        return lab.human("a", guest.id(), "info migrate_parameters");
    }

    @Test
    void aGuestsRequestsAreCountedWithTheirTime() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.WRITE_A_SECTOR, QemuLab.DATA_BYTES, QemuLab.SWAP_BYTES);
        try (SourceVm source = lab.startSource(guest)) {
            // The firmware reads the boot sector, the guest writes the second.
            await("two requests").until(() -> source.guestIo().operations() >= 2);
            GuestIo seen = source.guestIo();
            assertThat(seen.nanoseconds()).isPositive();
            assertThat(seen.meanSince(new GuestIo(0, 0))).isPositive();
        }
    }
}
