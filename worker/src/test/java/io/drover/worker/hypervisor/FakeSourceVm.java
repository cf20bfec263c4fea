package io.drover.worker.hypervisor;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A {@link FakeVm} that leaves. */
final class FakeSourceVm extends FakeVm implements SourceVm {
    FakeSourceVm(FakeProcess process) {
        super(process);
    }

    @Override
    public List<String> foreignParts(MigrationId migration, Parts parts) {
        return List.of();
    }

    @Override
    public Map<DiskId, SourceDisk> openDisks(MigrationId migration) throws IOException {
        var open = new TreeMap<DiskId, SourceDisk>();
        process.command().disks().forEach((id, disk) -> open.put(id, new SourceDisk(disk, disk)));
        return open;
    }

    @Override
    public void closeDisks(MigrationId migration) throws IOException {
        process.command();
    }

    @Override
    public NativeMirror nativeMirror(MigrationId migration, DiskId disk, String target, long bytesPerSecondMax) {
        throw new UnsupportedOperationException("this hypervisor names no algorithm of its own");
    }

    @Override
    public WriteMirror writeMirror(MigrationId migration, DiskId disk, MirroredTarget target) {
        throw new UnsupportedOperationException("no mirror of a disk in memory");
    }

    @Override
    public void sendMemory(MemoryLimits limits) throws IOException {
        process.command().sendMemory();
    }

    @Override
    public void limitMemory(MemoryLimits limits) throws IOException {
        process.command();
    }

    @Override
    public void continueSwitchover() throws IOException {
        process.command().continueSwitchover();
    }

    @Override
    public void cancelMemory() throws IOException {
        process.command().cancelMemory();
    }

    @Override
    public GuestIo guestIo() throws IOException {
        process.command();
        return GuestIo.NONE;
    }
}
