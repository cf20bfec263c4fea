package io.drover.bench;

import io.drover.bench.lab.Commands;
import io.drover.bench.lab.Lab;
import io.drover.bench.trial.InitialState;
import io.drover.bench.trial.MoveFigures;
import io.drover.bench.trial.Variant;
import io.drover.demo.CopyFigures;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationDocument.Transition;
import io.drover.messages.api.VmDocument.Power;
import io.drover.messages.api.request.MigrationRequest;
import io.drover.messages.time.Wait;
import io.drover.testbed.guest.Guests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Drover's own way, asked for over the scheduler's HTTP interface. */
final class DroverMover implements Mover {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final Duration IDLE_LIMIT = Duration.ofMinutes(5);
    /** After the deadline, for a cancelled migration to turn back. */
    private static final Duration GIVE_UP = Duration.ofMinutes(2);

    private final Lab lab;
    private final Variant.Drover contender;
    /** A file of the destination's that the next task names. */
    private @Nullable ImageName base;

    DroverMover(Lab lab, Variant.Drover contender) {
        this.lab = lab;
        this.contender = contender;
    }

    @Override
    public HostId home(InitialState beginning) {
        return beginning.returns() ? Lab.DESTINATION : Lab.SOURCE;
    }

    /** What the destination builds on is the copy it keeps when the stopped VM leaves it, or the base. */
    @Override
    public void place(BenchGuest guest, InitialState beginning) throws IOException, InterruptedException {
        lab.api().define(guest.definition(), home(beginning));
        base = null;
        if (beginning.returns()) {
            IdleMove.run(lab, guest.definition().name(), Lab.SOURCE, IDLE_LIMIT);
        } else if (beginning == InitialState.LAYERED) {
            base = new ImageName(guest.definition().name() + "-base.raw");
            Path there = lab.folders().images(Lab.DESTINATION).resolve(base.value());
            Commands.run(
                    List.of(),
                    "cp",
                    "--sparse=always",
                    guest.image(Guests.DATA, Lab.SOURCE).toString(),
                    there.toString());
        }
    }

    private MigrationRequest request(VmDefinition definition) {
        Map<DiskId, String> swaps = definition.disks().stream()
                .filter(disk -> disk.role() == DiskRole.SWAP)
                .collect(Collectors.toMap(DiskDefinition::id, _ -> contender.swapAlgorithm()));
        return new MigrationRequest(
                definition.name(),
                Lab.DESTINATION,
                contender.algorithm(),
                swaps,
                "benchmark",
                contender.allowPull(),
                base == null ? null : List.of(base),
                null,
                null);
    }

    @Override
    public void start(BenchGuest guest) throws IOException, InterruptedException {
        lab.api().start(guest.definition().name());
    }

    @Override
    public void move(BenchGuest guest, MoveFigures move, Tick tick) throws IOException, InterruptedException {
        // PostgreSQL's clock is this computer's, and so can be brought to the one that stamps the heartbeats.
        Instant clockStart = lab.clock().now().minus(lab.clock().elapsed());
        MigrationId id = lab.api().migrate(request(guest.definition()));
        boolean cancelled = false;
        MigrationDocument detail = lab.api().migration(id);
        while (detail.migration().endedAt() == null) {
            if (move.late() && !cancelled) {
                lab.api().cancel(id);
                move.problem(
                        "not over by the deadline, in " + detail.migration().step());
                cancelled = true;
            }
            if (move.lateBy(GIVE_UP)) {
                throw new IOException("the migration did not end when it was cancelled");
            }
            tick.run();
            lab.clock().sleep(POLL);
            detail = lab.api().migration(id);
        }
        describe(move, detail, clockStart);
    }

    private static void describe(MoveFigures move, MigrationDocument detail, Instant clockStart) {
        new JournalFigures(detail).describe(move, clockStart);
        for (Transition transition : detail.transitions()) {
            if (transition.to() == detail.migration().state() && transition.reason() != null) {
                move.problem(transition.to().wireName() + ": " + transition.reason());
            }
        }
        if (detail.migration().state() == MigrationState.COMPLETED) {
            move.done();
            judge(move, CopyFigures.of(detail));
        }
    }

    private static void judge(MoveFigures move, CopyFigures figures) {
        if (figures.different() > 0 || figures.regionsUnequal() > 0) {
            move.problem(figures.different() + " blocks and " + figures.regionsUnequal() + " regions differ");
        }
    }

    @Override
    public void shutDown(BenchGuest guest) throws IOException, InterruptedException {
        lab.api().stop(guest.definition().name());
        String name = guest.definition().name();
        var wait = new Wait(lab.clock(), STOP_LIMIT, POLL);
        if (!wait.until(() -> lab.api().vm(name).power() == Power.STOPPED)) {
            throw new IOException(name + " did not power off");
        }
    }

    @Override
    public void clear(BenchGuest guest) throws IOException, InterruptedException {
        if (lab.api().vm(guest.definition().name()).power() != Power.STOPPED) {
            shutDown(guest);
        }
    }
}
