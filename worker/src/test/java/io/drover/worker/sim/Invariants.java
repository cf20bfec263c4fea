package io.drover.worker.sim;

import io.drover.messages.DiskDefinition;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.memory.MigrationRow;
import io.drover.schema.record.VmRecord.Power;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.sim.control.Names;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimImage;
import io.drover.worker.sim.host.SimProcess;
import java.util.HashMap;
import java.util.Map;

/** What must hold after every event, and what must hold in the end. */
public final class Invariants {
    private final SimFleet fleet;
    private final Map<VmId, Long> epochs = new HashMap<>();

    public Invariants(SimFleet fleet) {
        this.fleet = fleet;
    }

    /** After every event. */
    public void check() {
        for (VmId vm : fleet.database().vms.keySet()) {
            oneRunnerAtMost(vm);
            epochOnlyGrows(vm);
            oneOpenMigrationAtMost(vm);
        }
    }

    private void oneRunnerAtMost(VmId vm) {
        SimHost first = null;
        for (SimHost host : fleet.vms().toList()) {
            SimProcess process = host.processes.get(vm);
            if (process != null && process.running()) {
                if (first != null) {
                    throw fleet.world().violation("the guest runs on " + first + " and on " + host);
                }
                first = host;
            }
        }
    }

    private void oneOpenMigrationAtMost(VmId vm) {
        long open = fleet.database().migrations.values().stream()
                .filter(row -> row.task.vm().equals(vm) && !row.state.terminal())
                .count();
        if (open > 1) {
            throw fleet.world().violation(open + " open migrations of " + vm);
        }
    }

    private void epochOnlyGrows(VmId vm) {
        long now = fleet.database().vm(vm).epoch;
        Long before = epochs.put(vm, now);
        if (before != null && now < before) {
            throw fleet.world().violation("the epoch fell from " + before + " to " + now);
        }
    }

    /** Whether everything has come to rest after the faults stopped. */
    public boolean settled() {
        return fleet.database().migrations.values().stream().allMatch(this::over)
                && fleet.database().vms.keySet().stream().allMatch(this::atRest)
                && fleet.hosts().stream()
                        .flatMap(host -> host.records.keySet().stream())
                        .allMatch(id -> waitsForAPerson(fleet.database().row(id)));
    }

    private boolean over(MigrationRow row) {
        return row.state.terminal() || waitsForAPerson(row);
    }

    /**
     * Nothing is durable any more on a disk that lost what it was told to write: the guest is told so at every flush.
     */
    private boolean waitsForAPerson(MigrationRow row) {
        SimHost there = fleet.host(row.task.destination());
        boolean waits = row.state == MigrationState.PULLING
                && there.maps.entrySet().stream()
                        .anyMatch(map -> map.getKey().endsWith(row.task.id().toString()) && map.getValue().lostWrites);
        return waits;
    }

    private boolean atRest(VmId vm) {
        var row = fleet.database().vm(vm);
        if (fleet.database().open(vm).filter(this::waitsForAPerson).isPresent()) {
            return true;
        }
        SimProcess process = fleet.host(row.owner).processes.get(vm);
        if (row.wanted == Power.STOPPED) {
            return process == null && row.power == Power.STOPPED;
        }
        return process != null && (process.running() || process.status() == VmStatus.SHUT_DOWN);
    }

    /** Why it has not come to rest, for a failure. */
    public String unsettled() {
        var text = new StringBuilder();
        for (MigrationRow row : fleet.database().migrations.values()) {
            if (!row.state.terminal()) {
                text.append(Names.of(row.task.id()) + " is " + row.state + " (" + row.reason + ")\n");
            }
        }
        for (VmId vm : fleet.database().vms.keySet()) {
            if (!atRest(vm)) {
                text.append(fleet.database().vm(vm).definition.name() + " is not at rest\n");
            }
        }
        fleet.hosts().forEach(host -> text.append(host + " keeps " + host.records.keySet() + "\n"));
        return text.toString();
    }

    /** In the end: the guest's content is where the database says, and nothing else is left anywhere. */
    public void checkEnd() {
        fleet.database().vms.forEach((vm, row) -> {
            if (fleet.database().open(vm).isPresent()) {
                fleet.world().count("a pulled disk lost writes and waits for a person");
                return;
            }
            SimHost owner = fleet.host(row.owner);
            for (DiskDefinition disk : row.definition.disks()) {
                SimImage image = owner.images.get(disk.image());
                if (image == null || !fleet.guest(vm).holds(disk.id(), image) || image.arriving != null) {
                    throw fleet.world()
                            .violation("the owner " + owner + " does not hold what " + row.definition.name()
                                    + " wrote to " + disk.id());
                }
            }
            fleet.hosts().stream().filter(host -> host != owner).forEach(host -> checkClean(host, row.definition));
        });
        fleet.database().migrations.values().forEach(this::checkMigration);
    }

    private void checkClean(SimHost host, VmDefinition definition) {
        if (host.processes.containsKey(definition.id())) {
            throw fleet.world().violation(host + " keeps a process of " + definition.name());
        }
        for (DiskDefinition disk : definition.disks()) {
            if (host.images.containsKey(disk.image())) {
                throw fleet.world().violation(host + " keeps image " + disk.image());
            }
        }
    }

    private void checkMigration(MigrationRow row) {
        boolean completed = row.state == MigrationState.COMPLETED;
        boolean saidResumed = row.transitions.stream().anyMatch(done -> done.to() == MigrationState.FINISHING);
        if (completed != saidResumed) {
            throw fleet.world()
                    .violation(Names.of(row.task.id()) + " is " + row.state + ", recorded as resumed: " + saidResumed);
        }
        if (row.state == MigrationState.CANCELLED && !row.cancelRequested && row.attempt > 0) {
            throw fleet.world().violation(Names.of(row.task.id()) + " is cancelled, and nobody asked");
        }
    }
}
