package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import io.drover.messages.evidence.disk.CopyComparison;
import java.util.Map;

/** The images of a VM that is stopped were compared with their copies. */
public record ComparedImages(Map<DiskId, CopyComparison> disks) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "compare-images";

    public ComparedImages {
        disks = Sorted.copyOf(disks);
    }
}
