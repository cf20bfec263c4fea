package io.drover.worker.ownership.model;

import io.drover.worker.ownership.model.OwnershipState.At;
import io.drover.worker.ownership.model.OwnershipState.Destination;
import io.drover.worker.ownership.model.OwnershipState.Mark;
import io.drover.worker.ownership.model.OwnershipState.Row;
import io.drover.worker.ownership.model.OwnershipState.Source;
import io.drover.worker.ownership.model.OwnershipState.There;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Every move that may happen next (docs/architecture.md, Ownership): both workers, both QEMUs, the database, messages
 * that are lost or late, crashes and a cancel. Each of the {@link Fault}s breaks the rule in one place.
 */
final class OwnershipRule {
    private static final int ATTEMPTS_MAX = 4;
    private final Set<Fault> broken;

    /** Ways to get it wrong. */
    enum Fault {
        RESUME_BEFORE_THE_GIVE,
        NO_CLAIM_BEFORE_READING,
        GIVE_WITHOUT_POSTMIGRATE,
        RETIRE_BEFORE_RESUMED,
        /**
         * A process that is gone counts as stopped though nobody saw postmigrate: it may have run again before it died.
         */
        GIVE_FOR_A_PROCESS_GONE,
        /** In doubt, only the database is asked, which may have been set back to before the give. */
        BELIEVE_A_DATABASE_SET_BACK,
        /** A silent destination counts as one where the guest never ran, though the database may have been set back. */
        SILENCE_IS_NO,
        /** The destination answers what its mark says while it is about to write it. */
        ANSWER_DURING_THE_ARRIVAL,
        /** A claim counts as having shut the give out although the database had forgotten the attempt that sent it. */
        ATTEMPTS_COME_AGAIN,
        /** The power switch starts what the database says is here, whatever this host's mark says. */
        POWER_IGNORES_THE_MARK,
        /** A migration whose row stands before the switchover is taken up although this host was giving it away. */
        FORWARD_OVER_A_GIVING_MARK,
        /** A mark that cannot be written counts as written. */
        RUN_WITHOUT_THE_MARK
    }

    record Move(String name, OwnershipState to) {}

    OwnershipRule(Set<Fault> broken) {
        this.broken = broken;
    }

    List<Move> moves(OwnershipState now) {
        var moves = new Moves(now);
        sourceQemu(now, moves);
        sourceWorker(now, moves);
        turnBack(now, moves);
        database(now, moves);
        destination(now, moves);
        power(now, moves);
        faults(now, moves);
        return moves.found;
    }

    private static void sourceQemu(OwnershipState now, Moves moves) {
        boolean sending = now.source == Source.SENDING;
        boolean all = now.destination == Destination.PAUSED;
        moves.when(
                sending && now.destination == Destination.INCOMING,
                "destination has all memory",
                to -> to.destination = Destination.PAUSED);
        moves.when(sending && all, "source sees it and is in postmigrate", to -> to.source = Source.POST_MIGRATE);
        // The destination may have everything and its confirmation be lost: qemu-experiments A1.
        moves.when(sending || now.source == Source.STOPPED, "the transfer fails", OwnershipRule::sourceRunsByItself);
    }

    private static void sourceRunsByItself(OwnershipState to) {
        if (to.destination == Destination.INCOMING) {
            to.destination = Destination.DEAD;
        }
        letRun(to);
    }

    private static void letRun(OwnershipState to) {
        if (to.source != Source.DEAD) {
            to.source = Source.RUNNING;
            to.sentIsOld = true;
        }
    }

    private void sourceWorker(OwnershipState now, Moves moves) {
        boolean unseen = broken.contains(Fault.GIVE_WITHOUT_POSTMIGRATE);
        boolean gone = now.source == Source.DEAD;
        boolean sawPostMigrate =
                now.source == Source.POST_MIGRATE || unseen || (gone && broken.contains(Fault.GIVE_FOR_A_PROCESS_GONE));
        moves.when(now.at == At.CONTINUE && now.source == Source.STOPPED, "migrate-continue", to -> {
            to.source = Source.SENDING;
            to.at = At.AWAIT_COMPLETE;
        });
        boolean beforeTheMark = now.at == At.CONTINUE || now.at == At.AWAIT_COMPLETE || now.at == At.MARK_GIVING;
        moves.when(beforeTheMark, "cancel, deadline or lost link", to -> to.at = At.MARK_ABORTED);
        moves.when(
                now.at == At.AWAIT_COMPLETE && now.saidComplete && sawPostMigrate,
                "complete on both sides",
                to -> to.at = At.MARK_GIVING);
        moves.when(now.at == At.MARK_GIVING && (sawPostMigrate || gone), "fsync the giving mark", to -> {
            to.mark = Mark.GIVING;
            to.givingAttempt = to.ownAttempt;
            to.at = At.GIVE;
        });
        moves.fault(now.at == At.MARK_GIVING, "the giving mark cannot be written", to -> to.at = At.MARK_ABORTED);
        moves.when(now.at == At.GIVE, "send the give", to -> {
            to.givesUnderWay |= 1 << to.ownAttempt;
            to.at = At.AWAIT_ANSWER;
        });
        moves.when(now.at == At.AWAIT_ANSWER && now.destinationOwns, "answer: given", to -> to.at = At.SPARE);
        boolean asksFirst = !broken.contains(Fault.NO_CLAIM_BEFORE_READING);
        moves.when(
                now.at == At.AWAIT_ANSWER, "no answer to the give", to -> to.at = asksFirst ? At.CLAIM : At.READ_OWNER);
        moves.when(now.at == At.CLAIM && now.attempt < ATTEMPTS_MAX, "claim", this::claim);
        inDoubt(now, moves);
        moves.when(now.at == At.SPARE && now.mark == Mark.GIVING, "fsync the given mark", to -> to.mark = Mark.GIVEN);
        boolean resumed = now.row == Row.FINISHING || broken.contains(Fault.RETIRE_BEFORE_RESUMED);
        moves.when(now.at == At.SPARE && resumed, "resumed is recorded", to -> to.at = At.RETIRE);
        moves.when(now.at == At.SPARE && now.row == Row.ROLLING_BACK, "given back", to -> to.at = At.CLAIM);
        moves.when(
                now.at == At.SPARE && now.row.compareTo(Row.RESUMING) < 0, "the give is lost", to -> to.at = At.CLAIM);
        boolean mayRetire = now.row == Row.FINISHING || broken.contains(Fault.RETIRE_BEFORE_RESUMED);
        moves.when(now.at == At.RETIRE && !mayRetire, "not retired: the row is another", to -> to.at = At.CLAIM);
        moves.when(now.at == At.RETIRE && mayRetire, "retire the source", to -> {
            to.source = Source.DEAD;
            to.retired = true;
            to.row = to.row == Row.FINISHING ? Row.COMPLETED : to.row;
            to.at = At.OVER;
        });
    }

    /** What the database says and what the destination's worker says; only both together are an answer. */
    private void inDoubt(OwnershipState now, Moves moves) {
        boolean asks = !broken.contains(Fault.BELIEVE_A_DATABASE_SET_BACK);
        moves.when(now.at == At.READ_OWNER, "read the owner", to -> {
            At ours = asks ? At.ASK : At.MARK_ABORTED;
            to.at = to.destinationOwns ? At.SPARE : ours;
        });
        boolean asked = now.at == At.ASK;
        moves.when(asked && now.mayRunMark, "the guest may have run there", to -> to.at = At.STRANDED);
        // The destination's worker does one thing at a time: it answers before its arrival or after.
        boolean between = now.there == There.IDLE || broken.contains(Fault.ANSWER_DURING_THE_ARRIVAL);
        moves.when(asked && !now.mayRunMark && between, "it never ran there", to -> to.at = At.MARK_ABORTED);
        boolean believes = !now.setBack || broken.contains(Fault.SILENCE_IS_NO);
        moves.when(asked, "no answer", to -> to.at = believes ? At.MARK_ABORTED : At.STRANDED);
    }

    private void claim(OwnershipState to) {
        if (to.row == Row.UNKNOWN) {
            to.at = At.OVER;
            return;
        }
        if (to.row != Row.COMPLETED && to.row != Row.ROLLED_BACK) {
            to.attempt++;
            to.ownAttempt = to.attempt;
        }
        to.at = switch (to.row) {
            case BEFORE, SWITCHING -> takeUp(to);
            case RESUMING, FINISHING -> At.SPARE;
            case ROLLING_BACK -> At.MARK_ABORTED;
            case ROLLED_BACK, COMPLETED, UNKNOWN -> At.OVER;
        };
    }

    private At takeUp(OwnershipState to) {
        boolean before = to.row == Row.BEFORE;
        return switch (to.mark) {
            case GIVING -> before ? lostGive() : shutOut(to);
            case GIVEN -> lostGive();
            case ABORTED -> At.MARK_ABORTED;
            case NONE -> !before && to.source == Source.POST_MIGRATE ? At.AWAIT_COMPLETE : At.MARK_ABORTED;
        };
    }

    /** Numbers of attempts come again after a set back: a give of before is shut out by a higher one only. */
    private At shutOut(OwnershipState to) {
        boolean higher = to.ownAttempt > to.givingAttempt || broken.contains(Fault.ATTEMPTS_COME_AGAIN);
        return higher ? At.READ_OWNER : At.CLAIM;
    }

    private At lostGive() {
        return broken.contains(Fault.FORWARD_OVER_A_GIVING_MARK) ? At.MARK_ABORTED : At.STRANDED;
    }

    private static void turnBack(OwnershipState now, Moves moves) {
        moves.when(now.at == At.MARK_ABORTED, "fsync the aborted mark", to -> {
            to.mark = Mark.ABORTED;
            to.at = At.LET_RUN;
        });
        // The guest does not wait for a disk with room: what was read in this attempt holds without the mark.
        moves.fault(now.at == At.MARK_ABORTED, "the aborted mark cannot be written", to -> to.at = At.LET_RUN);
        moves.when(now.at == At.LET_RUN, "migrate_cancel or cont", to -> {
            sourceRunsByItself(to);
            to.at = At.RECORD_ROLLING_BACK;
        });
        // QEMU may complete although it was told to cancel; cont follows then.
        boolean completes = now.source == Source.SENDING && now.destination == Destination.INCOMING;
        moves.when(now.at == At.LET_RUN && completes, "cancelled too late, then cont", to -> {
            to.destination = Destination.PAUSED;
            letRun(to);
            to.at = At.RECORD_ROLLING_BACK;
        });
        moves.when(now.at == At.RECORD_ROLLING_BACK, "record rolling_back", to -> {
            boolean current = to.attempt == to.ownAttempt;
            boolean accepted =
                    current && (to.row == Row.BEFORE || to.row == Row.SWITCHING || to.row == Row.ROLLING_BACK);
            to.row = accepted ? Row.ROLLING_BACK : to.row;
            to.at = accepted ? At.UNDO : At.CLAIM;
        });
        moves.when(
                now.at == At.UNDO && now.row != Row.ROLLING_BACK, "undone, the row is another", to -> to.at = At.CLAIM);
        moves.when(now.at == At.UNDO && now.row == Row.ROLLING_BACK, "undo, record rolled_back", to -> {
            to.mark = Mark.ABORTED;
            to.row = Row.ROLLED_BACK;
            to.at = At.OVER;
        });
    }

    private static void database(OwnershipState now, Moves moves) {
        for (int attempt = 0; attempt <= ATTEMPTS_MAX; attempt++) {
            int bit = 1 << attempt;
            boolean current = attempt == now.attempt;
            boolean underWay = (now.givesUnderWay & bit) != 0;
            boolean accepted = current && now.row == Row.SWITCHING && !now.destinationOwns && !now.cancelRequested;
            moves.when(underWay, "a give is lost or refused", to -> to.givesUnderWay &= ~bit);
            moves.when(underWay && accepted, "a give commits", to -> {
                to.givesUnderWay &= ~bit;
                to.destinationOwns = true;
                to.epoch = 1;
                to.row = Row.RESUMING;
            });
        }
        moves.when(
                now.row == Row.SWITCHING && !now.cancelRequested,
                "somebody asks to cancel",
                to -> to.cancelRequested = true);
    }

    private void destination(OwnershipState now, Moves moves) {
        boolean complete = now.destination == Destination.PAUSED;
        moves.when(complete && !now.saidComplete, "destination says complete", to -> to.saidComplete = true);
        moves.when(complete && broken.contains(Fault.RESUME_BEFORE_THE_GIVE), "cont unasked", OwnershipRule::runThere);
        boolean owns = now.destinationOwns && now.epoch == 1;
        moves.when(
                now.there == There.IDLE && owns,
                "destination reads that it owns",
                to -> to.there = There.SAW_ITSELF_OWNER);
        boolean saw = now.there == There.SAW_ITSELF_OWNER;
        moves.when(saw && complete, "fsync the may-run mark", to -> {
            to.mayRunMark = true;
            to.there = There.MARKED;
        });
        moves.when(saw && now.destination == Destination.RUNNING, "it runs already", to -> to.there = There.RAN);
        boolean dead = saw && now.destination == Destination.DEAD;
        moves.when(dead && now.mayRunMark, "start it cold", to -> {
            runThere(to);
            to.there = There.RAN;
        });
        moves.when(dead && !now.mayRunMark, "give back", OwnershipRule::giveBack);
        moves.fault(saw && complete && !now.mayRunMark, "the may-run mark cannot be written", this::withoutTheMark);
        boolean marked = now.there == There.MARKED;
        moves.when(marked && complete, "cont", to -> {
            runThere(to);
            to.there = There.RAN;
        });
        moves.when(marked && now.destination == Destination.DEAD, "it died before cont", to -> to.there = There.IDLE);
        moves.when(now.there == There.RAN, "record resumed", to -> {
            to.row = to.row == Row.RESUMING && to.destinationOwns ? Row.FINISHING : to.row;
            to.there = There.IDLE;
        });
        boolean back = now.row == Row.ROLLING_BACK || now.row == Row.ROLLED_BACK;
        boolean leftOver = complete || now.destination == Destination.INCOMING;
        moves.when(
                back && leftOver && !now.mayRunMark && now.there == There.IDLE,
                "clean the destination",
                to -> to.destination = Destination.DEAD);
    }

    private static void giveBack(OwnershipState to) {
        if (to.row == Row.RESUMING && to.destinationOwns) {
            to.destinationOwns = false;
            to.epoch = 2;
            to.row = Row.ROLLING_BACK;
        }
        to.there = There.IDLE;
    }

    private void withoutTheMark(OwnershipState to) {
        if (broken.contains(Fault.RUN_WITHOUT_THE_MARK)) {
            to.there = There.MARKED;
            return;
        }
        to.destination = Destination.DEAD;
        giveBack(to);
    }

    /** The source's power switch: a VM that is here and in no migration. */
    private void power(OwnershipState now, Moves moves) {
        boolean noMigration = now.at == At.OVER && (now.row == Row.UNKNOWN || now.row == Row.ROLLED_BACK);
        boolean mayBeGiven = now.mark == Mark.GIVING || now.mark == Mark.GIVEN;
        boolean may = noMigration
                && !now.destinationOwns
                && !now.retired
                && (!mayBeGiven || broken.contains(Fault.POWER_IGNORES_THE_MARK));
        moves.when(may && now.source == Source.DEAD, "the power switch starts it", to -> {
            to.source = Source.RUNNING;
            to.sentIsOld = true;
        });
        boolean stands = now.source != Source.DEAD && now.source != Source.RUNNING;
        moves.when(may && stands, "the power switch lets it run", OwnershipRule::sourceRunsByItself);
    }

    private static void setBack(OwnershipState to, Row row) {
        to.setBack = true;
        to.row = row;
        to.destinationOwns = false;
        to.epoch = 0;
        to.attempt = 0;
        // Every connection with it is new.
        to.givesUnderWay = 0;
        if (to.at == At.OVER) {
            to.at = At.CLAIM;
        }
    }

    private static void runThere(OwnershipState to) {
        to.destination = Destination.RUNNING;
        to.ranAtDestination = true;
    }

    private static void faults(OwnershipState now, Moves moves) {
        moves.fault(now.at != At.OVER, "source worker restarts", to -> {
            to.at = At.CLAIM;
            to.saidComplete = false;
        });
        for (Row row : List.of(Row.UNKNOWN, Row.BEFORE, Row.SWITCHING)) {
            moves.fault(!now.setBack, "the database is set back to " + row, to -> setBack(to, row));
        }
        moves.fault(true, "destination worker restarts", to -> to.there = There.IDLE);
        moves.fault(now.source != Source.DEAD, "source QEMU dies", to -> to.source = Source.DEAD);
        moves.fault(
                now.destination != Destination.DEAD, "destination QEMU dies", to -> to.destination = Destination.DEAD);
    }

    /** Collects what is possible. */
    private static final class Moves {
        private final OwnershipState now;
        private final List<Move> found = new ArrayList<>();

        Moves(OwnershipState now) {
            this.now = now;
        }

        void when(boolean possible, String name, Consumer<OwnershipState> change) {
            if (possible) {
                OwnershipState to = now.copy();
                change.accept(to);
                found.add(new Move(name, to));
            }
        }

        void fault(boolean possible, String name, Consumer<OwnershipState> change) {
            when(possible && now.faultsLeft > 0, name, to -> {
                to.faultsLeft--;
                change.accept(to);
            });
        }
    }
}
