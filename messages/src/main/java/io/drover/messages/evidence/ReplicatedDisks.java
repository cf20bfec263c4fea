package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import io.drover.messages.evidence.disk.AlgorithmEvidence;
import java.util.Map;

/**
 * The disks were copied while the guest ran.
 *
 * @param passes how often the algorithms of all disks had their turn
 * @param restBytes what is left of all disks together
 * @param leastPartOfRate the least part of the allowed rate that the guest's latency left, 1 when it was never cut
 */
public record ReplicatedDisks(int passes, long restBytes, double leastPartOfRate, Map<DiskId, ReplicatedDisk> disks)
        implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "replicate-disks";

    public ReplicatedDisks {
        disks = Sorted.copyOf(disks);
    }

    /**
     * One of them.
     *
     * @param bytesDone content that has gone over or was there
     * @param savedBytes of it, what the destination had already
     * @param restBytes what is left
     */
    public record ReplicatedDisk(
            String algorithm,
            int rounds,
            long bytesDone,
            long savedBytes,
            long wireBytes,
            long restBytes,
            AlgorithmEvidence details) {}
}
