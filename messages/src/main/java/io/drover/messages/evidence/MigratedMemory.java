package io.drover.messages.evidence;

import java.util.List;

/**
 * Memory has gone over but for its last part, and the guest is stopped.
 *
 * @param downtimeLimitMs what the hypervisor was allowed for that part at last
 * @param climbed what it took to make memory converge, the first first
 */
public record MigratedMemory(long memoryBytes, long downtimeLimitMs, List<String> climbed) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "migrate-memory";

    public MigratedMemory {
        climbed = List.copyOf(climbed);
    }
}
