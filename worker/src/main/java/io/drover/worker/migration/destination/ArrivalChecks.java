package io.drover.worker.migration.destination;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;

/** Reads back what arrived, beside the running guest. */
@FunctionalInterface
public interface ArrivalChecks {
    /**
     * Begins to read the VM's disks back, swap first. Its writes have been noted since before it ran; those blocks
     * are left out. Returns at once.
     *
     * @throws IOException when the VM's writes were not noted: nothing can be compared then
     */
    ArrivalCheck begin(IncomingVm vm, MigrationId migration, VmDefinition definition)
            throws IOException, InterruptedException;

    /** One VM's disks being read back. */
    interface ArrivalCheck {
        /** Waits until the region was read. */
        RegionComparison compare(DiskId disk, RegionDigests source) throws IOException, InterruptedException;

        /** Ends the reading and forgets what was read. */
        void end();
    }
}
