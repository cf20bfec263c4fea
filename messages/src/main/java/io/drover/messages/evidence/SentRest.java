package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import io.drover.messages.evidence.disk.AlgorithmEvidence;
import java.util.Map;

/**
 * What was left of the disks went over in the pause. The view {@code drover_api.predictions} reads it.
 *
 * @param wireBytes by disk, since the migration began
 */
public record SentRest(long milliseconds, Map<DiskId, Long> wireBytes, Map<DiskId, AlgorithmEvidence> algorithms)
        implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "send-rest";

    public SentRest {
        wireBytes = Sorted.copyOf(wireBytes);
        algorithms = Sorted.copyOf(algorithms);
    }
}
