package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import io.drover.messages.evidence.disk.DiskSize;
import java.util.Map;

/** The disks are readable, and what the guest writes to them is noted. */
public record OpenedDisks(Map<DiskId, DiskSize> disks) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "open-disks";

    public OpenedDisks {
        disks = Sorted.copyOf(disks);
    }
}
