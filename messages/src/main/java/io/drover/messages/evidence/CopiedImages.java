package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import java.util.Map;

/** The images of a VM that is stopped were copied. A journal with this step is that of such a VM. */
public record CopiedImages(Map<DiskId, CopiedImage> disks) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "copy-images";

    public CopiedImages {
        disks = Sorted.copyOf(disks);
    }

    /**
     * One of them.
     *
     * @param bytesDone content that has gone over or was there
     * @param savedBytes of it, what the destination had already
     */
    public record CopiedImage(long size, long bytesDone, long savedBytes, long wireBytes) {}
}
