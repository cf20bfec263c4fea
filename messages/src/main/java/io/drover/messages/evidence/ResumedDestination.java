package io.drover.messages.evidence;

/**
 * The destination was seen running the VM.
 *
 * @param trouble why the destination could not be told at last, empty when it was: it finds out by itself too
 */
public record ResumedDestination(boolean resumed, String trouble) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "resume-destination";
}
