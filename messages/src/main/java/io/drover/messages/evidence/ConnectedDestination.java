package io.drover.messages.evidence;

/**
 * The session with the destination's worker is open.
 *
 * @param address {@code host:port}
 * @param tries how many it took
 */
public record ConnectedDestination(String address, int tries) implements StepEvidence {
    /** The name of the step. */
    public static final String STEP = "connect-destination";
}
