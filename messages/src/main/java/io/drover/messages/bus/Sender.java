package io.drover.messages.bus;

import org.jspecify.annotations.Nullable;

/**
 * What the broker vouches for about a message: it refuses a user that is not the connection's, and an exchange that
 * user may not write to.
 *
 * @param user of the connection that published it, as the message says; null when it does not say
 * @param exchange it was published to; empty: straight to a queue
 */
public record Sender(@Nullable String user, String exchange) {
    /** For a sentence: who published where. */
    @Override
    public String toString() {
        String who = user == null ? "a user that gave no user-id" : "user " + user;
        return who + (exchange.isEmpty() ? ", straight to the queue" : ", at exchange " + exchange);
    }
}
