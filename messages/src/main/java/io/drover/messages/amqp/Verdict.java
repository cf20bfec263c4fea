package io.drover.messages.amqp;

/** What becomes of a delivered message. */
sealed interface Verdict {
    /** Acknowledge it: what it asks for is safe with us. */
    record Accepted() implements Verdict {}

    /** Move it to the rejected messages. */
    record Rejected(String reason) implements Verdict {}

    /**
     * Keep it, take nothing after it, and ask again after a while. It is not given back to the broker, because quorum
     * queues count that towards their delivery limit.
     */
    record HoldAndRetry(String why) implements Verdict {}
}
