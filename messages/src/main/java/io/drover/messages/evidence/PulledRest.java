package io.drover.messages.evidence;

import io.drover.messages.DiskId;
import io.drover.messages.evidence.disk.AlgorithmEvidence;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What had stayed at the source went over while the guest ran at the destination. */
public record PulledRest(long milliseconds, Map<DiskId, PushedBlocks> disks) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "pull-rest";

    public PulledRest {
        disks = Sorted.copyOf(disks);
    }

    /**
     * What was pushed of one disk; what the guest fetched is not among it.
     *
     * @param pushedBytes holes included
     * @param algorithm null when an earlier worker made the switch: what it foretold ended with it
     */
    public record PushedBlocks(
            long pushedBytes, long wireBytes, @Nullable AlgorithmEvidence algorithm) {}
}
