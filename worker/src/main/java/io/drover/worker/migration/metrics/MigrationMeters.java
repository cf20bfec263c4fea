package io.drover.worker.migration.metrics;

import io.drover.messages.MigrationState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Counts what migrations off this host came to. Every value of a label is there from the start. */
public final class MigrationMeters {
    /** From a pause that nobody notices to the longest that {@code migration.longest_pause_s} usually allows. */
    private static final double[] PAUSE_BOUNDS = {0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60};

    private final Map<MigrationState, Counter> ends = new EnumMap<>(MigrationState.class);
    private final Map<RollBackCause, Counter> rollBacks = new EnumMap<>(RollBackCause.class);
    private final DistributionSummary moved;
    private final DistributionSummary stayed;
    private final Counter disk;
    private final Counter memory;

    public MigrationMeters(MeterRegistry meters) {
        Arrays.stream(MigrationState.values())
                .filter(MigrationMeters::ends)
                .forEach(state -> ends.put(
                        state,
                        Counter.builder("drover.migrations.ended")
                                .description("Migrations off this host that came to an end or were stranded, by state.")
                                .tag("state", state.wireName())
                                .register(meters)));
        for (RollBackCause cause : RollBackCause.values()) {
            rollBacks.put(
                    cause,
                    Counter.builder("drover.migration.rollbacks")
                            .description("Migrations off this host that were rolled back, by cause.")
                            .tag("cause", cause.word())
                            .register(meters));
        }
        moved = pauses(meters, "destination");
        stayed = pauses(meters, "source");
        disk = copied(meters, "disk");
        memory = copied(meters, "memory");
    }

    private static boolean ends(MigrationState state) {
        return state.terminal() || state == MigrationState.STRANDED;
    }

    private static DistributionSummary pauses(MeterRegistry meters, String end) {
        return DistributionSummary.builder("drover.migration.pause")
                .description("Time for which a migration stopped a guest, until it was told to run again, by the host"
                        + " on which it went on.")
                .baseUnit("seconds")
                .serviceLevelObjectives(PAUSE_BOUNDS)
                .tag("resumed_at", end)
                .register(meters);
    }

    private static Counter copied(MeterRegistry meters, String kind) {
        return Counter.builder("drover.migration.copied")
                .description("Content of guests that migrations off this host dealt with, by kind; what the destination"
                        + " already had counts too.")
                .baseUnit("bytes")
                .tag("kind", kind)
                .register(meters);
    }

    /** A migration came into this state. */
    public void entered(MigrationState state) {
        if (ends(state)) {
            Objects.requireNonNull(ends.get(state)).increment();
        }
    }

    public void rolledBack(RollBackCause cause) {
        Objects.requireNonNull(rollBacks.get(cause)).increment();
    }

    /** The guest goes on. */
    public void paused(Duration pause, boolean atDestination) {
        (atDestination ? moved : stayed).record(pause.toNanos() / 1e9);
    }

    public void copied(long diskBytes, long memoryBytes) {
        disk.increment((double) diskBytes);
        memory.increment((double) memoryBytes);
    }
}
