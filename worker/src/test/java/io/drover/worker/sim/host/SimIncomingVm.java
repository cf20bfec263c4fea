package io.drover.worker.sim.host;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.sim.control.SimFleet;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A process that was started incoming. */
final class SimIncomingVm extends SimVm implements IncomingVm {
    SimIncomingVm(SimFleet fleet, SimProcess process) {
        super(fleet, process);
    }

    @Override
    public void acceptMemory() throws IOException {
        command();
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
}
