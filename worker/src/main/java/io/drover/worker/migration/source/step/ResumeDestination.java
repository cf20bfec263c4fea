package io.drover.worker.migration.source.step;

import io.drover.messages.Failure;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.ResumedDestination;
import io.drover.messages.text.FileProblem;
import io.drover.schema.record.MigrationRecord;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import io.drover.worker.ownership.OwnershipMarks.Kind;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import io.drover.worker.peer.PeerRefusedException;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the destination to run and waits until the database says that it was seen running. Until then this host is the
 * spare: its VM stays stopped, its disks untouched. The destination would find out by itself as well.
 */
public final class ResumeDestination implements Step.Plain {
    private static final Logger LOG = LoggerFactory.getLogger(ResumeDestination.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(200);

    @Override
    public String name() {
        return ResumedDestination.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.RESUMING;
    }

    @Override
    public ResumedDestination run(MigrationContext context) throws IOException, InterruptedException {
        var clock = context.ports().clock();
        Duration end = clock.elapsed().plus(LIMIT);
        Answer answer = Answer.NONE;
        while (clock.elapsed().compareTo(end) < 0) {
            answer = tell(context);
            noteGiven(context);
            if (resumed(context)) {
                context.monitor().guestGoesOn(true);
                return new ResumedDestination(true, answer.trouble());
            }
            context.monitor().keep();
            clock.sleep(PAUSE);
        }
        String said = context.destinationName() + " was not seen running within " + LIMIT.toSeconds() + " s: "
                + answer.trouble();
        if (answer.refused()) {
            throw new MigrationOutcome.Stranded(said);
        }
        throw new IOException(said);
    }

    /**
     * What the destination said.
     *
     * @param refused whether it says that it cannot run the VM it owns; told so for as long as the limit, nobody but a
     *     person can go on
     */
    private record Answer(String trouble, boolean refused) {
        static final Answer NONE = new Answer("", false);
    }

    private static Answer tell(MigrationContext context) throws InterruptedException {
        try {
            context.session().run();
            context.monitor().guestGoesOn(true);
            return Answer.NONE;
        } catch (PeerRefusedException e) {
            context.closeSession();
            return new Answer(String.valueOf(e.getMessage()), e.failure().kind() == Failure.Kind.REJECTED);
        } catch (IOException e) {
            // Its worker may be down, or the link: it reads the database by itself when it is back.
            context.closeSession();
            return new Answer(FileProblem.told(e), false);
        }
    }

    /**
     * That the give was answered, should the database lose it. Not before the destination was told: the guest stands still
     * until then. Without the mark the giving mark says nearly as much.
     */
    private static void noteGiven(MigrationContext context) {
        var marks = context.ports().marks();
        try {
            boolean noted = marks.mark(context.vm(), context.id())
                    .filter(mark -> mark.kind() == Kind.GIVEN)
                    .isPresent();
            if (!noted) {
                marks.record(
                        context.vm(),
                        new Mark(Kind.GIVEN, context.id(), context.record().epoch() + 1));
            }
        } catch (IOException e) {
            LOG.warn("migration {}: the given mark is not written: {}", context.id(), FileProblem.told(e));
        }
    }

    private static boolean resumed(MigrationContext context) throws IOException {
        MigrationState state = context.ports()
                .store()
                .migration(context.id())
                .map(MigrationRecord::state)
                .orElseThrow(() -> new IOException("the migration's row is gone"));
        if (state == MigrationState.RESUMING) {
            return false;
        }
        if (state != MigrationState.FINISHING && state != MigrationState.PULLING) {
            throw new MigrationOutcome.Superseded("the destination has made it " + state.wireName());
        }
        context.sawState(state);
        return true;
    }
}
