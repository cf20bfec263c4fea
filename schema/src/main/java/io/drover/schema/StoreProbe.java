package io.drover.schema;

import java.util.Optional;

/** Asks a store whether its database can be worked with. */
public final class StoreProbe {
    private StoreProbe() {}

    /** Why it cannot, for people; {@code ping} is a store's own. */
    public static Optional<String> trouble(Runnable ping) {
        try {
            ping.run();
            return Optional.empty();
        } catch (StoreUnavailableException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            // It answers and refuses: for a caller that is the same.
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
