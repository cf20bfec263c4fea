package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import io.drover.messages.evidence.disk.CopyComparison;
import java.util.Map;

/** The source's frozen disks were compared with what the destination read back. */
public record VerifiedCopy(Map<DiskId, CopyComparison> disks) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "verify-copy";

    public VerifiedCopy {
        disks = Sorted.copyOf(disks);
    }
}
