package io.drover.messages;

/** Why something did not work, and what the one who asked should do. */
public record Failure(Kind kind, String message) {
    /** Named for what the caller should do. */
    public enum Kind {
        /** Try again later: nothing is wrong with the request. */
        RETRYABLE,
        /** Never send it again: the request itself is wrong. */
        REJECTED,
        /** Avoid this host. */
        HOST,
        /** A defect of Drover. */
        INTERNAL
    }
}
