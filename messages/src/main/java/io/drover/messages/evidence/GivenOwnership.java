package io.drover.messages.evidence;

/**
 * The destination owns the VM.
 *
 * @param epoch at which it does
 * @param source what was seen of the source's VM before
 */
public record GivenOwnership(long epoch, String source) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "give-ownership";
}
