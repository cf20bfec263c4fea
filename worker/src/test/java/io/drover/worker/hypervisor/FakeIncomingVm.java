package io.drover.worker.hypervisor;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A {@link FakeVm} that arrives. */
final class FakeIncomingVm extends FakeVm implements IncomingVm {
    FakeIncomingVm(FakeProcess process) {
        super(process);
    }

    @Override
    public void acceptMemory() throws IOException {
        process.command().listen();
    }

    @Override
    public String acceptMirror(DiskId disk, String address, HostId source) {
        throw new UnsupportedOperationException("this hypervisor names no algorithm of its own");
    }

    @Override
    public String onDemandSocket(DiskId disk) {
        return "/demand/" + vm() + "/" + disk;
    }

    @Override
    public void readOnDemand(DiskId disk) throws IOException {
        process.command();
    }

    @Override
    public void readFromImage(DiskId disk) throws IOException {
        process.command();
    }

    @Override
    public boolean resumeAfterDiskError() throws IOException {
        process.command();
        return false;
    }

    @Override
    public void trackArrivalWrites(MigrationId migration) throws IOException {
        process.command().arrivals().add(migration);
    }

    @Override
    public Map<DiskId, DiskChanges> arrivalWrites(MigrationId migration) throws IOException {
        boolean tracked = process.command().arrivals().contains(migration);
        return tracked ? new TreeMap<>(process.disks()) : Map.of();
    }

    @Override
    public BlockSource arrivalContent(MigrationId migration, DiskId disk) throws IOException {
        return process.command().disk(disk);
    }

    @Override
    public void forgetArrivalWrites(MigrationId migration) throws IOException {
        process.command().arrivals().remove(migration);
    }
}
