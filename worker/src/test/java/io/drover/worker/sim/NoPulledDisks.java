package io.drover.worker.sim;

import io.drover.messages.MigrationId;
import io.drover.worker.migration.PulledDisks;

/** The simulation's algorithms leave nothing to be pulled. */
final class NoPulledDisks implements PulledDisks {
    @Override
    public PulledDisk create(String image, long size, MigrationId migration) {
        throw nothing();
    }

    @Override
    public PulledDisk open(String image, long size, MigrationId migration) {
        throw nothing();
    }

    @Override
    public boolean isComplete(String image, long size, MigrationId migration) {
        throw nothing();
    }

    @Override
    public void forget(String image, MigrationId migration) {
        throw nothing();
    }

    private static UnsupportedOperationException nothing() {
        return new UnsupportedOperationException("no pulling in the simulation");
    }
}
