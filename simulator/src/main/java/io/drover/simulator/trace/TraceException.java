package io.drover.simulator.trace;

/** A trace cannot be used; the message names the file, and line and field where there is one. */
public final class TraceException extends Exception {
    private static final long serialVersionUID = 1L;

    public TraceException(String message) {
        super(message);
    }
}
