package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import java.util.Map;

/** The disks were compared with their copies while the guest ran. */
public record ComparedDisks(Map<DiskId, RunningComparison> disks) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "compare-disks";

    public ComparedDisks {
        disks = Sorted.copyOf(disks);
    }

    /**
     * One of them, in blocks of 4 KiB.
     *
     * @param compared each as often as it was
     * @param left what the pause has still to compare
     */
    public record RunningComparison(int passes, long compared, int left) {}
}
