package io.drover.worker.hypervisor;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.NativeMirror;
import java.io.IOException;
import java.util.Map;

/** A machine whose connection belongs to {@link SharedMachines}: {@link #close} leaves it open for the others. */
final class SharedMachine implements Machine {
    private final Machine machine;
    private volatile boolean usable = true;

    SharedMachine(Machine machine) {
        this.machine = machine;
    }

    /** False once a call failed: the next one who looks for the machine connects anew. */
    boolean usable() {
        return usable;
    }

    void disconnect() {
        usable = false;
        machine.close();
    }

    @Override
    public void close() {}

    @Override
    public VmId vm() {
        return machine.vm();
    }

    @Override
    public MachineStatus status() throws IOException, InterruptedException {
        return get(machine::status);
    }

    @Override
    public String acceptMemory(String address) throws IOException, InterruptedException {
        return get(() -> machine.acceptMemory(address));
    }

    @Override
    public String acceptMirror(DiskId disk, String address) throws IOException, InterruptedException {
        return get(() -> machine.acceptMirror(disk, address));
    }

    @Override
    public void trackArrivalWrites(MigrationId migration) throws IOException, InterruptedException {
        run(() -> machine.trackArrivalWrites(migration));
    }

    @Override
    public Map<DiskId, DiskChanges> arrivalWrites(MigrationId migration) throws IOException, InterruptedException {
        return get(() -> machine.arrivalWrites(migration));
    }

    @Override
    public void forgetArrivalWrites(MigrationId migration) throws IOException, InterruptedException {
        run(() -> machine.forgetArrivalWrites(migration));
    }

    @Override
    public Map<DiskId, SourceDisk> openDisks(MigrationId migration) throws IOException, InterruptedException {
        return get(() -> machine.openDisks(migration));
    }

    @Override
    public void closeDisks(MigrationId migration) throws IOException, InterruptedException {
        run(() -> machine.closeDisks(migration));
    }

    @Override
    public NativeMirror nativeMirror(MigrationId migration, DiskId disk, String target, long bytesPerSecondMax)
            throws IOException, InterruptedException {
        return get(() -> machine.nativeMirror(migration, disk, target, bytesPerSecondMax));
    }

    @Override
    public void sendMemory(String target, MemoryLimits limits) throws IOException, InterruptedException {
        run(() -> machine.sendMemory(target, limits));
    }

    @Override
    public void limitMemory(MemoryLimits limits) throws IOException, InterruptedException {
        run(() -> machine.limitMemory(limits));
    }

    @Override
    public MemoryTransfer memory() throws IOException, InterruptedException {
        return get(machine::memory);
    }

    @Override
    public void continueSwitchover() throws IOException, InterruptedException {
        run(machine::continueSwitchover);
    }

    @Override
    public void cancelMemory() throws IOException, InterruptedException {
        run(machine::cancelMemory);
    }

    @Override
    public void resume() throws IOException, InterruptedException {
        run(machine::resume);
    }

    @Override
    public void powerDown() throws IOException, InterruptedException {
        run(machine::powerDown);
    }

    @Override
    public void quit() throws IOException, InterruptedException {
        run(machine::quit);
        usable = false;
    }

    @Override
    public MachineUsage usage() throws IOException, InterruptedException {
        return get(machine::usage);
    }

    @FunctionalInterface
    private interface Asking<T> {
        T ask() throws IOException, InterruptedException;
    }

    @FunctionalInterface
    private interface Telling {
        void tell() throws IOException, InterruptedException;
    }

    private <T> T get(Asking<T> call) throws IOException, InterruptedException {
        try {
            return call.ask();
        } catch (MachineGoneException e) {
            usable = false;
            throw e;
        }
    }

    private void run(Telling call) throws IOException, InterruptedException {
        get(() -> {
            call.tell();
            return true;
        });
    }
}
