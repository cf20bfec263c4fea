package io.drover.schema.worker;

import java.time.Instant;

/** Whether a worker may speak for its host. {@code holder}s are for people. */
public sealed interface SessionAnswer {
    /** From now on it does, and any earlier one does not. */
    record Opened() implements SessionAnswer {}

    /**
     * Its own folder, after another boot; the worker that opened it was heard of only just now. Heard of again, it
     * lives, and this one is a copy; silent for half a minute, it went with the other boot.
     */
    record Living(String holder, Instant lastSeen) implements SessionAnswer {}

    /** Another machine or another folder holds the host. */
    record Other(String holder) implements SessionAnswer {}

    /** A person took the host from this worker. */
    record Taken() implements SessionAnswer {}
}
