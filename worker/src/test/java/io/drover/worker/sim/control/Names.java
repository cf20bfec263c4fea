package io.drover.worker.sim.control;

import io.drover.messages.MigrationId;

/** Short names for the trace. */
public final class Names {
    private Names() {}

    public static String of(MigrationId id) {
        return "m" + id.value().getLeastSignificantBits();
    }
}
