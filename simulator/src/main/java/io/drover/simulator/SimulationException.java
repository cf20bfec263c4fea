package io.drover.simulator;

/** A day could not be played; the message is for the person who asked. */
public final class SimulationException extends Exception {
    private static final long serialVersionUID = 1L;

    public SimulationException(String message, Throwable cause) {
        super(message, cause);
    }
}
