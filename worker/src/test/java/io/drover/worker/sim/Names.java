package io.drover.worker.sim;

import io.drover.messages.MigrationId;

/** Short names for the trace. */
final class Names {
    private Names() {}

    static String of(MigrationId id) {
        return "m" + id.value().getLeastSignificantBits();
    }
}
