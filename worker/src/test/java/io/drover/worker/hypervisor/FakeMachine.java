package io.drover.worker.hypervisor;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A machine that counts what it is told to and does nothing else: for telemetry, not for migrations. */
public final class FakeMachine implements Machine {
    private final VmId vm;
    private MachineUsage usage = new MachineUsage(Duration.ZERO, 0, OptionalDouble.empty(), Map.of());
    private boolean gone;

    public FakeMachine(VmId vm) {
        this.vm = vm;
    }

    public void use(MachineUsage now) {
        usage = now;
    }

    public void die() {
        gone = true;
    }

    @Override
    public VmId vm() {
        return vm;
    }

    @Override
    public MachineStatus status() throws IOException {
        return check(MachineStatus.RUNNING);
    }

    @Override
    public MachineUsage usage() throws IOException {
        return check(usage);
    }

    @Override
    public void quit() {
        gone = true;
    }

    @Override
    public void close() {}

    private <T> T check(T answer) throws IOException {
        if (gone) {
            throw new MachineGoneException(vm);
        }
        return answer;
    }

    private static UnsupportedOperationException notHere() {
        return new UnsupportedOperationException("this machine does not migrate");
    }

    @Override
    public String onDemandSocket(DiskId disk) {
        throw notHere();
    }

    @Override
    public void readOnDemand(DiskId disk) {
        throw notHere();
    }

    @Override
    public void readFromImage(DiskId disk) {
        throw notHere();
    }

    @Override
    public boolean resumeAfterDiskError() {
        throw notHere();
    }

    @Override
    public void acceptMemory() {
        throw notHere();
    }

    @Override
    public String memorySocket() {
        throw notHere();
    }

    @Override
    public String acceptMirror(DiskId disk, String address, HostId source) {
        throw notHere();
    }

    @Override
    public void trackArrivalWrites(MigrationId migration) {
        throw notHere();
    }

    @Override
    public Map<DiskId, DiskChanges> arrivalWrites(MigrationId migration) {
        throw notHere();
    }

    @Override
    public BlockSource arrivalContent(MigrationId migration, DiskId disk) {
        throw notHere();
    }

    @Override
    public void forgetArrivalWrites(MigrationId migration) {
        throw notHere();
    }

    @Override
    public List<String> foreignParts(MigrationId migration, Parts parts) {
        throw notHere();
    }

    @Override
    public Map<DiskId, SourceDisk> openDisks(MigrationId migration) {
        throw notHere();
    }

    @Override
    public void closeDisks(MigrationId migration) {
        throw notHere();
    }

    @Override
    public NativeMirror nativeMirror(MigrationId migration, DiskId disk, String target, long bytesPerSecondMax) {
        throw notHere();
    }

    @Override
    public WriteMirror writeMirror(MigrationId migration, DiskId disk, MirroredTarget target) {
        throw notHere();
    }

    @Override
    public void sendMemory(MemoryLimits limits) {
        throw notHere();
    }

    @Override
    public void limitMemory(MemoryLimits limits) {
        throw notHere();
    }

    @Override
    public MemoryTransfer memory() {
        throw notHere();
    }

    @Override
    public GuestIo guestIo() {
        throw notHere();
    }

    @Override
    public void continueSwitchover() {
        throw notHere();
    }

    @Override
    public void cancelMemory() {
        throw notHere();
    }

    @Override
    public void resume() {
        throw notHere();
    }

    @Override
    public void powerDown() {
        throw notHere();
    }
}
