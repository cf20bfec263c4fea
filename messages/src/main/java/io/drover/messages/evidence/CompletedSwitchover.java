package io.drover.messages.evidence;

/**
 * The source can never resume by itself, and the destination has everything. From this step on another worker can take
 * the migration up with the VM in {@code postmigrate}.
 *
 * @param source what was seen of the source's VM
 * @param destination what the destination says of its own
 * @param memoryBytes 0 when the VM was gone before it was asked
 */
public record CompletedSwitchover(String source, String destination, long memoryBytes) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "complete-switchover";
}
