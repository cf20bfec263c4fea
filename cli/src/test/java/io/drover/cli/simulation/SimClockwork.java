package io.drover.cli.simulation;

import io.drover.scheduler.quartz.PeriodicJob;
import io.drover.worker.sim.control.SimWorld;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * The cluster's schedule as Quartz keeps it in the database: each firing is one member's, and a firing whose member
 * died is another's, for the same instant.
 */
final class SimClockwork {
    private static final Duration MISFIRE_AFTER = Duration.ofSeconds(1);
    private static final Duration FOUND_DEAD_AFTER = Duration.ofSeconds(2);

    private final SimWorld world;
    private final Map<String, Instant> next = new TreeMap<>();
    private final List<Firing> underWay = new ArrayList<>();

    SimClockwork(SimWorld world) {
        this.world = world;
    }

    /** A firing that a member has begun. */
    record Firing(String job, Instant scheduledAt, Instant begunAt, BooleanSupplier member) {}

    /** Takes a firing that is due, a dead member's first. */
    Optional<Firing> take(PeriodicJob job, BooleanSupplier member) {
        Instant now = world.clock().now();
        Optional<Firing> left = underWay.stream()
                .filter(firing -> firing.job().equals(job.name())
                        && !firing.member().getAsBoolean()
                        && firing.begunAt().plus(FOUND_DEAD_AFTER).isBefore(now))
                .findFirst();
        if (left.isPresent()) {
            underWay.remove(left.get());
            world.count("a dead scheduler's " + job.name() + " done by another");
            return Optional.of(begin(job, left.get().scheduledAt(), member));
        }
        Instant due = next.computeIfAbsent(job.name(), name -> now);
        if (due.isAfter(now)) {
            return Optional.empty();
        }
        Instant following = due;
        while (!following.isAfter(now)) {
            following = following.plus(job.period());
        }
        next.put(job.name(), following);
        boolean missed = due.plus(MISFIRE_AFTER).isBefore(now);
        return missed ? Optional.empty() : Optional.of(begin(job, due, member));
    }

    private Firing begin(PeriodicJob job, Instant scheduledAt, BooleanSupplier member) {
        var firing = new Firing(job.name(), scheduledAt, world.clock().now(), member);
        underWay.add(firing);
        return firing;
    }

    void done(Firing firing) {
        underWay.remove(firing);
    }

    Duration untilNext(PeriodicJob job) {
        Instant due = next.get(job.name());
        return due == null ? Duration.ZERO : Duration.between(world.clock().now(), due);
    }
}
