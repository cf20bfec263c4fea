package io.drover.worker.sim.host;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.MemoryTransfer;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.hypervisor.VmUsage;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.host.SimProcess.Account;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** A worker's connection with a process. */
class SimVm implements VmInstance {
    final SimFleet fleet;
    final SimProcess process;

    SimVm(SimFleet fleet, SimProcess process) {
        this.fleet = fleet;
        this.process = process;
    }

    /** Every command goes through here first. */
    final SimProcess command() throws IOException {
        fleet.mayFail();
        if (!process.alive()) {
            throw new VmGoneException(vm());
        }
        return process;
    }

    @Override
    public VmId vm() {
        return process.definition().id();
    }

    @Override
    public VmStatus status() throws IOException {
        return command().status();
    }

    @Override
    public String memorySocket() {
        return process.host().memorySocket(vm());
    }

    @Override
    public MemoryTransfer memory() throws IOException {
        return new MemoryTransfer(command().phase(), 100, 0, 100, "");
    }

    @Override
    public void resume() throws IOException {
        SimProcess open = command();
        boolean arrived = open.status() == VmStatus.PAUSED && open.phase() == Phase.COMPLETED;
        if (open.status() == VmStatus.RUNNING) {
            return;
        }
        if (!arrived && open.status() != VmStatus.POST_MIGRATE) {
            throw new IllegalStateException("cannot resume a VM that is " + open.status());
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
        boolean spare = open.status() == VmStatus.POST_MIGRATE
                && row.isPresent()
                && row.get().task.source().equals(open.host().id())
                && row.get().state != MigrationState.FINISHING;
        if (spare) {
            throw fleet.world().violation("the spare is ended while the migration is " + row.get().state);
        }
    }

    @Override
    public VmUsage usage() {
        return new VmUsage(Duration.ZERO, 0, OptionalDouble.empty(), Map.of());
    }

    final Map<DiskId, Account> accounts() {
        var accounts = new TreeMap<DiskId, Account>();
        process.definition().disks().forEach(disk -> accounts.put(disk.id(), new Account()));
        return accounts;
    }

    @Override
    public void close() {}
}
