package io.drover.worker.hypervisor.qemu;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.GuestIo;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.hypervisor.qemu.block.BlockGraph;
import io.drover.worker.hypervisor.qemu.block.ForeignParts;
import io.drover.worker.hypervisor.qemu.block.MirrorTarget;
import io.drover.worker.hypervisor.qemu.block.PluggedParts;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.SharedMonitor;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A QEMU process whose disks and memory go to another host. */
final class QemuSourceVm extends QemuVm implements SourceVm {
    private final Path imagesFolder;

    QemuSourceVm(VmDefinition definition, VmFolder folder, SharedMonitor shared, QemuConfig config) {
        super(definition, folder, shared, config);
        this.imagesFolder = config.imagesFolder();
    }

    @Override
    public Map<DiskId, SourceDisk> openDisks(MigrationId migration) throws IOException, InterruptedException {
        return disks.open(migration);
    }

    @Override
    public void closeDisks(MigrationId migration) throws IOException, InterruptedException {
        disks.close(migration);
    }

    @Override
    public NativeMirror nativeMirror(MigrationId migration, DiskId disk, String target, long bytesPerSecondMax) {
        return disks.mirror(migration, disk(disk), MirrorTarget.parse(target), bytesPerSecondMax);
    }

    @Override
    public WriteMirror writeMirror(MigrationId migration, DiskId disk, MirroredTarget target) {
        return disks.writeMirror(migration, disk(disk), target);
    }

    @Override
    public List<String> foreignParts(MigrationId migration, Parts parts) throws IOException, InterruptedException {
        var judge = new ForeignParts(definition, migration, imagesFolder);
        return switch (parts) {
            case ALL -> judge.of(BlockGraph.read(monitor), PluggedParts.read(monitor));
            case DISKS -> judge.of(BlockGraph.read(monitor));
        };
    }

    @Override
    public void sendMemory(MemoryLimits limits) throws IOException, InterruptedException {
        memory.send(limits, status() == VmStatus.POST_MIGRATE);
    }

    @Override
    public void limitMemory(MemoryLimits limits) throws IOException, InterruptedException {
        memory.limit(limits);
    }

    @Override
    public void continueSwitchover() throws IOException, InterruptedException {
        memory.continueSwitchover();
    }

    @Override
    public void cancelMemory() throws IOException, InterruptedException {
        boolean stopped = status() == VmStatus.FINISHING_MIGRATION;
        memory.cancel();
        monitor.deadline().until("the guest's restart", () -> status() != VmStatus.FINISHING_MIGRATION);
        if (stopped) {
            announce();
        }
    }

    @Override
    public GuestIo guestIo() throws IOException, InterruptedException {
        long operations = 0;
        long nanoseconds = 0;
        for (JsonNode entry : monitor.query("query-blockstats")) {
            JsonNode stats = entry.path("stats");
            for (String kind : List.of("rd", "wr")) {
                operations += stats.path(kind + "_operations").asLong(0);
                nanoseconds += stats.path(kind + "_total_time_ns").asLong(0);
            }
        }
        return new GuestIo(operations, nanoseconds);
    }
}
