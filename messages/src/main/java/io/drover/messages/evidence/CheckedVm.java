package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import io.drover.messages.evidence.disk.DiskSize;
import java.util.Map;

/**
 * The VM was found fit to be migrated.
 *
 * @param status {@code running}, or {@code stopped} for a VM without a process
 */
public record CheckedVm(String status, Map<DiskId, DiskSize> disks) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "check-vm";

    public CheckedVm {
        disks = Sorted.copyOf(disks);
    }
}
