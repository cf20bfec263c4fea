package io.drover.worker.sim.host;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.worker.hypervisor.GuestIo;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import io.drover.worker.sim.control.Parts;
import io.drover.worker.sim.control.SimFleet;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A process whose disks and memory go to another host. */
final class SimSourceVm extends SimVm implements SourceVm {
    private long ioCount;
    private long ioNanos;

    SimSourceVm(SimFleet fleet, SimProcess process) {
        super(fleet, process);
    }

    @Override
    public List<String> foreignParts(MigrationId migration, Parts parts) throws IOException {
        return command().foreignParts;
    }

    @Override
    public Map<DiskId, SourceDisk> openDisks(MigrationId migration) throws IOException {
        var accounts = command().accounts.computeIfAbsent(migration, id -> accounts());
        var disks = new TreeMap<DiskId, SourceDisk>();
        accounts.forEach((disk, account) -> {
            var open = new SimDisk(fleet, process, disk, account);
            disks.put(disk, new SourceDisk(open, open));
        });
        return disks;
    }

    @Override
    public void closeDisks(MigrationId migration) throws IOException {
        command().accounts.remove(migration);
    }

    @Override
    public NativeMirror nativeMirror(MigrationId migration, DiskId disk, String target, long bytesPerSecondMax) {
        throw new UnsupportedOperationException("no native mirror in the simulation");
    }

    @Override
    public WriteMirror writeMirror(MigrationId migration, DiskId disk, MirroredTarget target) {
        return new NoWriteMirror();
    }

    @Override
    public void sendMemory(MemoryLimits limits) throws IOException {
        command();
        process.sendMemory(fleet.carrier(memorySocket())
                .orElseThrow(() -> new IOException("nobody listens at " + memorySocket())));
        fleet.world().step();
    }

    @Override
    public void limitMemory(MemoryLimits limits) throws IOException {
        command();
    }

    @Override
    public void continueSwitchover() throws IOException {
        command().continueSwitchover();
        fleet.world().step();
    }

    @Override
    public void cancelMemory() throws IOException {
        command().cancelMemory();
        fleet.world().step();
    }

    @Override
    public GuestIo guestIo() throws IOException {
        SimProcess open = command();
        ioCount += 100;
        // Now and then the guest's disk is slow, and the bulk has to make room.
        ioNanos += 100 * (fleet.world().chance(0.2) ? 40_000_000L : 1_000_000L);
        return new GuestIo(open.alive() ? ioCount : 0, ioNanos);
    }

    /** The hypervisor of the simulation refuses to mirror: whoever tries goes on in rounds. */
    private record NoWriteMirror() implements WriteMirror {
        @Override
        public void start() throws IOException {
            throw new IOException("no mirror in the simulation");
        }

        @Override
        public void beginRound() throws IOException {
            start();
        }

        @Override
        public long pendingBytes() throws IOException {
            throw new IOException("no mirror in the simulation");
        }

        @Override
        public void complete() throws IOException {
            start();
        }

        @Override
        public void abandon() {}
    }
}
