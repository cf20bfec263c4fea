package io.drover.worker.hypervisor.qemu;

import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.HypervisorContract;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.SourceVm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class QemuHypervisorIT extends HypervisorContract {
    private static final long DISK_BYTES = 1 << 20;

    @TempDir
    Path folder;

    private final List<MemoryCarrier> carriers = new ArrayList<>();
    private QemuLab lab;
    private VmDefinition guest;

    @BeforeEach
    void begin() throws IOException {
        lab = new QemuLab(folder);
        guest = lab.idleGuest(DISK_BYTES, DISK_BYTES);
        lab.createImages("b", DISK_BYTES, DISK_BYTES);
    }

    @AfterEach
    void end() throws IOException {
        carriers.forEach(MemoryCarrier::close);
        lab.close();
    }

    @Override
    protected Hypervisor source() {
        return lab.source;
    }

    @Override
    protected Hypervisor destination() {
        return lab.destination;
    }

    @Override
    protected VmDefinition guest() {
        return guest;
    }

    @Override
    protected void carry(SourceVm from, IncomingVm to) throws Exception {
        carriers.add(MemoryCarrier.between(from, to));
    }

    @Override
    protected void await(String what, Condition condition) {
        QemuLab.await(what).until(condition::holds);
    }
}
