package io.drover.worker.hypervisor.qemu;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.qemu.block.OnDemandDisk;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.SharedMonitor;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import java.io.IOException;
import java.util.Map;

/** A QEMU process that was started with {@code -incoming}. */
final class QemuIncomingVm extends QemuVm implements IncomingVm {
    QemuIncomingVm(VmDefinition definition, VmFolder folder, SharedMonitor shared, QemuConfig config) {
        super(definition, folder, shared, config);
    }

    /** Before {@link #acceptMemory} of a VM that was started incoming. */
    void prepareIncoming() throws IOException, InterruptedException {
        memory.prepareIncoming();
    }

    @Override
    public void acceptMemory() throws IOException, InterruptedException {
        memory.accept();
    }

    @Override
    public String acceptMirror(DiskId disk, String address, HostId source) throws IOException, InterruptedException {
        return mirrorServer.accept(disk(disk), address, source);
    }

    @Override
    public String onDemandSocket(DiskId disk) {
        return folder.pullSocket(index(disk)).toString();
    }

    @Override
    public void readOnDemand(DiskId disk) throws IOException, InterruptedException {
        onDemand(disk).attach();
    }

    @Override
    public void readFromImage(DiskId disk) throws IOException, InterruptedException {
        onDemand(disk).detach();
    }

    private OnDemandDisk onDemand(DiskId disk) {
        return new OnDemandDisk(monitor, disk(disk), index(disk), folder.pullSocket(index(disk)));
    }

    private int index(DiskId disk) {
        return definition.disks().indexOf(disk(disk));
    }

    @Override
    public boolean resumeAfterDiskError() throws IOException, InterruptedException {
        boolean stopped =
                monitor.query("query-status").path("status").asString("").equals("io-error");
        if (stopped) {
            monitor.query("cont");
        }
        return stopped;
    }

    @Override
    public void trackArrivalWrites(MigrationId migration) throws IOException, InterruptedException {
        disks.beginArrival(migration);
    }

    @Override
    public Map<DiskId, DiskChanges> arrivalWrites(MigrationId migration) throws IOException, InterruptedException {
        return disks.arrival(migration);
    }

    @Override
    public BlockSource arrivalContent(MigrationId migration, DiskId disk) throws IOException, InterruptedException {
        return disks.arrivalContent(migration, disk(disk));
    }

    @Override
    public void forgetArrivalWrites(MigrationId migration) throws IOException, InterruptedException {
        disks.endArrival(migration);
    }
}
