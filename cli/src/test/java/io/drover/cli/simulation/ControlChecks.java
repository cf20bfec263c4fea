package io.drover.cli.simulation;

import io.drover.messages.VmId;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.SnapshotText;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimLoads;
import io.drover.worker.sim.control.SimTables;
import io.drover.worker.sim.control.SimTables.Posted;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What must hold of the schedulers' work in the end. */
final class ControlChecks {
    /** Until a balancer has seen samples of after the last move and the cool-down, and looked at them. */
    private static final Duration CALM =
            SimScheduler.RULES.coolDown().plus(SimScheduler.BALANCE_EVERY).plusSeconds(8);

    /** Samples differ from what is wanted by some percents. */
    private static final double MARGIN = 0.05;

    private final SimWorld world;
    private final SimControl control;
    private final SimFleet fleet;
    private final SimTables tables;
    private final SimLoads loads;

    ControlChecks(SimControl control) {
        this.control = control;
        this.fleet = control.fleet();
        this.world = fleet.world();
        this.tables = control.tables();
        this.loads = control.loads();
    }

    /** Whether nothing has been under way for so long that a balancer would have acted if it was going to. */
    boolean calm(Duration mendedAt) {
        if (world.now().minus(mendedAt).compareTo(CALM) < 0) {
            return false;
        }
        Instant now = world.clock().now();
        return tables.lastEnd().map(end -> end.plus(CALM).isBefore(now)).orElse(true)
                && tables.allSent()
                && control.broker().empty();
    }

    void checkEnd() {
        List<Posted> migrations = tables.migrations();
        migrations.forEach(this::checkDelivered);
        List<Posted> balanced = migrations.stream()
                .filter(posted -> posted.requestedBy().equals("balancer"))
                .toList();
        for (Posted move : balanced) {
            checkCoolDown(move, decision(move), migrations);
            if (move.completed()) {
                world.count("the balancer's move completed");
            }
        }
        fleet.hosts().forEach(this::checkRelieved);
    }

    /** A task that ended has been delivered, unless it was cancelled before; none stays behind in the outbox. */
    private void checkDelivered(Posted migration) {
        if (migration.messages().isEmpty() || !migration.messages().stream().allMatch(control.broker()::taken)) {
            throw world.violation("not every message of " + migration + " was delivered");
        }
    }

    private Decision decision(Posted move) {
        Decision decision = move.decision();
        if (decision == null
                || decision.sentence().isBlank()
                || move.task().reason().isBlank()
                || !decision.moves().contains(move.task().id())) {
            throw world.violation("a move without a decision that says why: " + move);
        }
        return decision;
    }

    /**
     * Against the instant of the snapshot it was decided on: what ended later could not be known. Nobody rests on a
     * host of which half as much again is asked as it has.
     */
    private void checkCoolDown(Posted move, Decision decision, List<Posted> migrations) {
        if (critical(move, decision)) {
            world.count("a move from a host in dire need");
            return;
        }
        for (Posted other : migrations) {
            Instant ended = other.endedAt();
            if (ended == null
                    || other.equals(move)
                    || !other.task().vm().equals(move.task().vm())) {
                continue;
            }
            Duration age = Duration.between(ended, decision.at());
            if (!age.isNegative() && age.compareTo(SimScheduler.RULES.coolDown()) < 0) {
                throw world.violation(move + " was decided " + age + " after " + other);
            }
        }
    }

    private static boolean critical(Posted move, Decision decision) {
        Host source =
                SnapshotText.read(decision.inputs()).host(move.task().source()).orElseThrow();
        double dire = 1.5 * source.cpuCores();
        return source.samples().stream()
                        .filter(sample -> sample.cpuCores() >= dire)
                        .count()
                >= SimScheduler.RULES.samplesK();
    }

    private void checkRelieved(SimHost host) {
        if (loads.of(host.id()) <= SimScheduler.RULES.high() + MARGIN) {
            return;
        }
        for (VmId vm : loads.running(host.id())) {
            for (SimHost other : fleet.hosts()) {
                double after = loads.of(other.id()) + loads.of(vm) / SimLoads.CAPACITY.cpuCores();
                if (other != host && after < SimScheduler.RULES.high() - MARGIN) {
                    throw world.violation(host + " is left at " + loads.of(host.id()) + " though " + vm + " fits on "
                            + other + ", which would be at " + after + "; the last decisions: "
                            + tables.decisions().stream()
                                    .limit(2)
                                    .map(Decision::sentence)
                                    .toList());
                }
            }
        }
        boolean said = tables.decisions().stream()
                .limit(1)
                .anyMatch(decision -> decision.sentence().contains(host + " is overloaded"));
        if (!said) {
            throw world.violation(host + " is left overloaded and no decision says so");
        }
        world.count("overload without a remedy, and a decision that says so");
    }
}
