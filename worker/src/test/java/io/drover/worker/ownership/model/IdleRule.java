package io.drover.worker.ownership.model;

import static io.drover.worker.ownership.model.IdleState.DESTINATION;
import static io.drover.worker.ownership.model.IdleState.SOURCE;

import io.drover.worker.ownership.model.IdleState.At;
import io.drover.worker.ownership.model.IdleState.Mark;
import io.drover.worker.ownership.model.IdleState.Row;
import io.drover.worker.ownership.model.IdleState.Switch;
import io.drover.worker.ownership.model.IdleState.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The rule for a VM that is stopped: nothing runs, so nothing says {@code postmigrate}; what keeps it from being
 * started while it is copied and given is the turn, taken before anything is read, and the open migration in the
 * database, which a restarted worker reads before it starts anything. Here a start is wanted at any moment.
 *
 * <p>A launch is one move: a worker that is killed while it launches leaves a process that the next worker finds by its
 * command line, or none.
 */
final class IdleRule {
    private static final int ATTEMPTS_MAX = 4;
    private final Set<Fault> broken;

    /** Ways to get it wrong. */
    enum Fault {
        START_WITHOUT_A_TURN,
        READ_BEFORE_THE_TURN,
        START_DURING_A_MIGRATION,
        GIVE_WITHOUT_LOOKING_FOR_A_PROCESS,
        LET_GO_BETWEEN_COPY_AND_GIVE
    }

    record Move(String name, IdleState to) {}

    IdleRule(Set<Fault> broken) {
        this.broken = broken;
    }

    List<Move> moves(IdleState now) {
        var moves = new Moves(now);
        people(now, moves);
        power(now, SOURCE, moves);
        power(now, DESTINATION, moves);
        copy(now, moves);
        give(now, moves);
        end(now, moves);
        database(now, moves);
        faults(now, moves);
        return moves.found;
    }

    private static void people(IdleState now, Moves moves) {
        moves.when(!now.wanted, "a start is wanted", to -> to.wanted = true);
        moves.when(now.row == Row.NONE, "a migration is submitted", to -> to.row = Row.OPEN);
    }

    private void power(IdleState now, int host, Moves moves) {
        boolean early = broken.contains(Fault.READ_BEFORE_THE_TURN);
        boolean mayTake = now.turn[host] == Turn.FREE || broken.contains(Fault.START_WITHOUT_A_TURN);
        Switch at = now.power[host];
        moves.when(at == Switch.IDLE && (mayTake || early), host + ": switch begins", to -> {
            takeTurn(to, host, !early);
            to.power[host] = Switch.READ_OWNER;
        });
        moves.when(at == Switch.READ_OWNER, host + ": switch reads the owner", to -> {
            to.sawItselfOwner[host] = to.destinationOwns == (host == DESTINATION);
            to.power[host] = Switch.READ_OPEN;
        });
        moves.when(at == Switch.READ_OPEN, host + ": switch reads the open migrations", to -> {
            boolean over = to.row == Row.NONE || to.row == Row.ROLLED_BACK || to.row == Row.COMPLETED;
            to.sawMigration[host] = !over && !broken.contains(Fault.START_DURING_A_MIGRATION);
            to.power[host] = early ? Switch.TAKE_TURN : Switch.ACT;
        });
        moves.when(at == Switch.TAKE_TURN && mayTake, host + ": switch takes the turn", to -> {
            takeTurn(to, host, true);
            to.power[host] = Switch.ACT;
        });
        moves.when(at == Switch.ACT, host + ": switch acts", to -> {
            if (to.wanted && to.sawItselfOwner[host] && !to.sawMigration[host]) {
                start(to, host);
            }
            to.power[host] = Switch.IDLE;
            to.turn[host] = to.turn[host] == Turn.POWER ? Turn.FREE : to.turn[host];
        });
    }

    private static void takeTurn(IdleState to, int host, boolean really) {
        if (really && to.turn[host] == Turn.FREE) {
            to.turn[host] = Turn.POWER;
        }
    }

    private static void start(IdleState to, int host) {
        to.running[host] = true;
        to.copyIsOld |= host == SOURCE && to.copied;
        to.ranAtDestination |= host == DESTINATION;
    }

    private void copy(IdleState now, Moves moves) {
        boolean open = now.row == Row.OPEN || now.row == Row.RESUMING || now.row == Row.FINISHING;
        boolean mayTake = now.turn[SOURCE] == Turn.FREE && now.attempt < ATTEMPTS_MAX;
        moves.when(now.at == At.NONE && open && mayTake, "take the turn and claim", to -> {
            to.turn[SOURCE] = Turn.MIGRATION;
            to.attempt++;
            to.ownAttempt = to.attempt;
            to.at = takeUp(to);
        });
        boolean looks = !broken.contains(Fault.GIVE_WITHOUT_LOOKING_FOR_A_PROCESS);
        moves.when(now.at == At.LOOK, "look for a process", to -> {
            to.at = looks && to.running[SOURCE] ? At.ABORT : At.COPY;
            to.copied = false;
            to.copyIsOld = false;
        });
        moves.when(now.at == At.COPY, "copy the images and compare", to -> {
            to.copied = true;
            to.copyIsOld = to.running[SOURCE];
            to.at = At.MARK_GIVING;
            if (broken.contains(Fault.LET_GO_BETWEEN_COPY_AND_GIVE)) {
                to.turn[SOURCE] = Turn.FREE;
            }
        });
        moves.when(now.at == At.COPY || now.at == At.MARK_GIVING, "cancel or lost link", to -> to.at = At.ABORT);
    }

    private static At takeUp(IdleState to) {
        if (to.row != Row.OPEN) {
            return At.SPARE;
        }
        return switch (to.mark) {
            case GIVING -> At.READ_OWNER;
            case ABORTED -> At.ABORT;
            case NONE -> At.LOOK;
        };
    }

    private static void give(IdleState now, Moves moves) {
        moves.when(now.at == At.MARK_GIVING, "fsync the giving mark", to -> {
            to.mark = Mark.GIVING;
            to.at = At.GIVE;
        });
        moves.when(now.at == At.GIVE, "send the give", to -> {
            to.givesUnderWay |= 1 << to.ownAttempt;
            to.at = At.AWAIT_ANSWER;
        });
        moves.when(now.at == At.AWAIT_ANSWER && now.destinationOwns, "answer: given", to -> to.at = At.SPARE);
        moves.when(now.at == At.AWAIT_ANSWER, "no answer to the give", to -> to.at = At.CLAIM);
        moves.when(now.at == At.CLAIM && now.attempt < ATTEMPTS_MAX, "claim", to -> {
            to.attempt++;
            to.ownAttempt = to.attempt;
            to.at = At.READ_OWNER;
        });
        boolean later = now.at == At.CLAIM || now.at == At.READ_OWNER || now.at == At.SPARE;
        moves.when(later, "nobody answers: later", IdleRule::letGo);
        moves.when(now.at == At.READ_OWNER, "read the owner", to -> to.at = to.destinationOwns ? At.SPARE : At.ABORT);
    }

    private static void end(IdleState now, Moves moves) {
        moves.when(now.at == At.ABORT, "fsync the aborted mark, record rolled_back", to -> {
            to.mark = Mark.ABORTED;
            boolean accepted = to.row == Row.OPEN && to.attempt == to.ownAttempt;
            to.row = accepted ? Row.ROLLED_BACK : to.row;
            letGo(to);
        });
        moves.when(now.at == At.SPARE && now.row == Row.FINISHING, "retire the source", to -> {
            to.row = Row.COMPLETED;
            letGo(to);
        });
    }

    private static void letGo(IdleState to) {
        to.at = At.NONE;
        to.turn[SOURCE] = to.turn[SOURCE] == Turn.MIGRATION ? Turn.FREE : to.turn[SOURCE];
    }

    private static void database(IdleState now, Moves moves) {
        for (int attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
            int bit = 1 << attempt;
            boolean underWay = (now.givesUnderWay & bit) != 0;
            boolean accepted = attempt == now.attempt && now.row == Row.OPEN;
            moves.when(underWay, "a give is lost or refused", to -> to.givesUnderWay &= ~bit);
            moves.when(underWay && accepted, "a give commits", to -> {
                to.givesUnderWay &= ~bit;
                to.destinationOwns = true;
                to.row = Row.RESUMING;
            });
        }
        moves.when(
                now.row == Row.RESUMING,
                "the destination adopts the images and records that they arrived",
                to -> to.row = Row.FINISHING);
    }

    private static void faults(IdleState now, Moves moves) {
        for (int host : new int[] {SOURCE, DESTINATION}) {
            moves.when(now.faultsLeft > 0, host + ": worker dies and is started again", to -> {
                to.faultsLeft--;
                to.turn[host] = Turn.FREE;
                to.power[host] = Switch.IDLE;
                to.at = host == SOURCE ? At.NONE : to.at;
            });
            moves.when(now.faultsLeft > 0 && now.running[host], host + ": process ends", to -> {
                to.faultsLeft--;
                to.running[host] = false;
            });
        }
    }

    private static final class Moves {
        private final IdleState now;
        private final List<Move> found = new ArrayList<>();

        Moves(IdleState now) {
            this.now = now;
        }

        void when(boolean possible, String name, Consumer<IdleState> change) {
            if (possible) {
                IdleState to = now.copy();
                change.accept(to);
                found.add(new Move(name, to));
            }
        }
    }
}
