package io.drover.worker.hypervisor.qemu;

import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.GuestIo;
import io.drover.worker.hypervisor.Machine;
import io.drover.worker.hypervisor.Machine.MemoryLimits;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
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
    void theThrottleWhenItIsWantedAndNeverDifferences() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.IDLE, QemuLab.DATA_BYTES, QemuLab.SWAP_BYTES);
        lab.createImages("b", QemuLab.DATA_BYTES, QemuLab.SWAP_BYTES);
        try (Machine source = lab.source.start(guest);
                Machine destination = lab.destination.startIncoming(guest)) {
            source.sendMemory(destination.acceptMemory("127.0.0.12", QemuLab.A), new MemoryLimits(20_000, 1, 0));
            assertThat(lab.human("a", guest.id(), "info migrate_capabilities"))
                    .contains("xbzrle: off")
                    .contains("auto-converge: on");
            assertThat(parameters(guest)).contains("max-cpu-throttle: 1").contains("max-bandwidth: 20000 ");
            source.limitMemory(new MemoryLimits(40_000, 7, 80));
            assertThat(parameters(guest))
                    .contains("max-cpu-throttle: 80")
                    .contains("cpu-throttle-initial: 20")
                    .contains("max-bandwidth: 40000 ")
                    .contains("downtime-limit: 7 ");
            source.limitMemory(QemuLab.FAST);
            await("pre-switchover").until(() -> source.memory().phase() == Phase.PRE_SWITCHOVER);
        }
    }

    private String parameters(VmDefinition guest) throws Exception {
        return lab.human("a", guest.id(), "info migrate_parameters");
    }

    @Test
    void aGuestsRequestsAreCountedWithTheirTime() throws Exception {
        VmDefinition guest = lab.guest(QemuLab.WRITE_A_SECTOR, QemuLab.DATA_BYTES, QemuLab.SWAP_BYTES);
        try (Machine source = lab.source.start(guest)) {
            // The firmware reads the boot sector, the guest writes the second.
            await("two requests").until(() -> source.guestIo().operations() >= 2);
            GuestIo seen = source.guestIo();
            assertThat(seen.nanoseconds()).isPositive();
            assertThat(seen.meanSince(new GuestIo(0, 0))).isPositive();
        }
    }
}
