package io.drover.worker.sim.host;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.GuestIo;
import io.drover.worker.hypervisor.Machine;
import io.drover.worker.hypervisor.MachineGoneException;
import io.drover.worker.hypervisor.MachineStatus;
import io.drover.worker.hypervisor.MachineUsage;
import io.drover.worker.hypervisor.MemoryTransfer;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import io.drover.worker.sim.control.Parts;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.host.SimProcess.Account;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** A worker's connection with a process. */
final class SimMachine implements Machine {
    private long ioCount;
    private long ioNanos;
    private final SimFleet fleet;
    private final SimProcess process;

    SimMachine(SimFleet fleet, SimProcess process) {
        this.fleet = fleet;
        this.process = process;
    }

    /** Every command goes through here first. */
    private SimProcess command() throws IOException {
        fleet.mayFail();
        if (!process.alive()) {
            throw new MachineGoneException(vm());
        }
        return process;
    }

    @Override
    public VmId vm() {
        return process.definition().id();
    }

    @Override
    public MachineStatus status() throws IOException {
        return command().status();
    }

    @Override
    public void acceptMemory() throws IOException {
        command();
    }

    @Override
    public String memorySocket() {
        return process.host().memorySocket(vm());
    }

    @Override
    public String acceptMirror(DiskId disk, String address, HostId source) {
        throw new UnsupportedOperationException("no native mirror in the simulation");
    }

    @Override
    public String onDemandSocket(DiskId disk) {
        return process.socket(disk);
    }

    @Override
    public void readOnDemand(DiskId disk) throws IOException {
        command().readOnDemand(disk);
        fleet.world().step();
    }

    @Override
    public void readFromImage(DiskId disk) throws IOException {
        command().readFromImage(disk);
        fleet.world().step();
    }

    @Override
    public boolean resumeAfterDiskError() throws IOException {
        return command().resumeAfterDiskError();
    }

    @Override
    public void trackArrivalWrites(MigrationId migration) throws IOException {
        SimProcess open = command();
        open.arrivals.computeIfAbsent(migration, id -> accounts());
    }

    private Map<DiskId, Account> accounts() {
        var accounts = new TreeMap<DiskId, Account>();
        process.definition().disks().forEach(disk -> accounts.put(disk.id(), new Account()));
        return accounts;
    }

    @Override
    public Map<DiskId, DiskChanges> arrivalWrites(MigrationId migration) throws IOException {
        var changes = new TreeMap<DiskId, DiskChanges>();
        command()
                .arrivals
                .getOrDefault(migration, Map.of())
                .forEach((disk, account) -> changes.put(disk, new SimDisk(fleet, process, disk, account)));
        return changes;
    }

    @Override
    public BlockSource arrivalContent(MigrationId migration, DiskId disk) {
        throw new UnsupportedOperationException("images are raw here");
    }

    @Override
    public void forgetArrivalWrites(MigrationId migration) throws IOException {
        command().arrivals.remove(migration);
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
    public MemoryTransfer memory() throws IOException {
        return new MemoryTransfer(command().phase(), 100, 0, 100, "");
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
    public void resume() throws IOException {
        SimProcess open = command();
        boolean arrived = open.status() == MachineStatus.PAUSED && open.phase() == Phase.COMPLETED;
        if (open.status() == MachineStatus.RUNNING) {
            return;
        }
        if (!arrived && open.status() != MachineStatus.POST_MIGRATE) {
            throw new IllegalStateException("cannot resume a machine that is " + open.status());
        }
        if (open.imagesLocked() || !open.resumes) {
            throw new IOException("failed to get the write lock");
        }
        open.letRun("resumed");
        fleet.world().step();
    }

    @Override
    public void powerDown() throws IOException {
        SimProcess open = command();
        fleet.world().later(fleet.world().millis(100, 4000), () -> {
            if (open.alive()) {
                open.powerOff();
            }
        });
    }

    @Override
    public void quit() throws IOException {
        SimProcess open = command();
        refuseSpare(open);
        open.die();
        fleet.world().step();
    }

    /** The spare must stay until the destination was recorded as running. */
    private void refuseSpare(SimProcess open) {
        var row = fleet.database().open(vm());
        boolean spare = open.status() == MachineStatus.POST_MIGRATE
                && row.isPresent()
                && row.get().task.source().equals(open.host().id())
                && row.get().state != MigrationState.FINISHING;
        if (spare) {
            throw fleet.world().violation("the spare is ended while the migration is " + row.get().state);
        }
    }

    @Override
    public GuestIo guestIo() throws IOException {
        SimProcess open = command();
        ioCount += 100;
        // Now and then the guest's disk is slow, and the bulk has to make room.
        ioNanos += 100 * (fleet.world().chance(0.2) ? 40_000_000L : 1_000_000L);
        return new GuestIo(open.alive() ? ioCount : 0, ioNanos);
    }

    @Override
    public MachineUsage usage() {
        return new MachineUsage(Duration.ZERO, 0, OptionalDouble.empty(), Map.of());
    }

    @Override
    public void close() {}

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
