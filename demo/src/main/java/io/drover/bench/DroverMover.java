package io.drover.bench;

import io.drover.demo.CopyFigures;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.Step;
import io.drover.schema.scheduler.SchedulerStore.Transition;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Drover's own way, asked for over the scheduler's HTTP interface. */
final class DroverMover implements Mover {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private final Lab lab;
    private final String algorithm;

    DroverMover(Lab lab, String algorithm) {
        this.lab = lab;
        this.algorithm = algorithm;
    }

    @Override
    public void start(BenchGuest guest) throws IOException, InterruptedException {
        lab.api().define(guest.definition(), Lab.SOURCE);
        lab.api().start(guest.definition().name());
    }

    @Override
    public void move(BenchGuest guest, Move move, Runnable tick) throws IOException, InterruptedException {
        // PostgreSQL's clock is this machine's, and so can be brought to the one that stamps the heartbeats.
        Instant clockStart = lab.clock().now().minus(lab.clock().elapsed());
        MigrationId id = lab.api().migrate(guest.definition().name(), Lab.DESTINATION, algorithm, "benchmark");
        boolean cancelled = false;
        MigrationDetail detail = lab.api().migration(id);
        while (detail.migration().endedAt() == null) {
            if (move.late() && !cancelled) {
                lab.api().cancel(id);
                move.problem(
                        "not over by the deadline, in " + detail.migration().step());
                cancelled = true;
            }
            tick.run();
            lab.clock().sleep(POLL);
            detail = lab.api().migration(id);
        }
        describe(move, detail, clockStart);
    }

    private static void describe(Move move, MigrationDetail detail, Instant clockStart) {
        for (Transition transition : detail.transitions()) {
            if (transition.to() == MigrationState.REPLICATING) {
                move.begunAt(Duration.between(clockStart, transition.at()));
            }
            if (transition.to() == detail.migration().state() && transition.reason() != null) {
                move.problem(transition.to().wireName() + ": " + transition.reason());
            }
        }
        for (Step step : detail.steps()) {
            Instant doneAt = step.doneAt();
            if (doneAt != null) {
                move.phase(step.name(), Duration.between(step.intendedAt(), doneAt));
            }
        }
        if (detail.migration().state() == MigrationState.COMPLETED) {
            move.done();
            judge(move, CopyFigures.of(detail));
        }
    }

    private static void judge(Move move, CopyFigures figures) {
        if (figures.different() > 0 || figures.regionsUnequal() > 0) {
            move.problem(figures.different() + " blocks and " + figures.regionsUnequal() + " regions differ");
        }
    }

    @Override
    public void shutDown(BenchGuest guest) throws IOException, InterruptedException {
        lab.api().stop(guest.definition().name());
        Duration end = lab.clock().elapsed().plus(STOP_LIMIT);
        while (lab.api().vm(guest.definition().name()).power() != Power.STOPPED) {
            if (lab.clock().elapsed().compareTo(end) > 0) {
                throw new IOException(guest.definition().name() + " did not power off");
            }
            lab.clock().sleep(POLL);
        }
    }

    @Override
    public void clear(BenchGuest guest) throws IOException, InterruptedException {
        if (lab.api().vm(guest.definition().name()).power() != Power.STOPPED) {
            shutDown(guest);
        }
    }
}
