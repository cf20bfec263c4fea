package io.drover.worker.ownership.model;

/** Everything that decides where a VM that is stopped may be started while it is migrated, at one instant. */
final class IdleState implements Cloneable {
    static final int SOURCE = 0;
    static final int DESTINATION = 1;

    enum Row {
        NONE,
        OPEN,
        RESUMING,
        FINISHING,
        ROLLED_BACK,
        COMPLETED
    }

    enum Mark {
        NONE,
        GIVING,
        ABORTED
    }

    /** Who in a host's worker is at the VM. */
    enum Turn {
        FREE,
        MIGRATION,
        POWER
    }

    /** Where the migration's thread is at the source. */
    enum At {
        NONE,
        LOOK,
        COPY,
        MARK_GIVING,
        GIVE,
        AWAIT_ANSWER,
        CLAIM,
        READ_OWNER,
        ABORT,
        SPARE
    }

    /** Where a host's power switch is. */
    enum Switch {
        IDLE,
        READ_OWNER,
        READ_OPEN,
        TAKE_TURN,
        ACT
    }

    boolean[] running = new boolean[2];
    Turn[] turn = {Turn.FREE, Turn.FREE};
    Switch[] power = {Switch.IDLE, Switch.IDLE};
    boolean[] sawItselfOwner = new boolean[2];
    boolean[] sawMigration = new boolean[2];
    boolean wanted;
    Row row = Row.NONE;
    Mark mark = Mark.NONE;
    At at = At.NONE;
    int attempt;
    int ownAttempt;
    int givesUnderWay;
    boolean destinationOwns;
    boolean copied;
    /** The guest ran at the source after it was copied. */
    boolean copyIsOld;

    boolean ranAtDestination;
    int faultsLeft;

    IdleState(int faults) {
        faultsLeft = faults;
    }

    IdleState copy() {
        try {
            IdleState copy = (IdleState) clone();
            copy.running = running.clone();
            copy.turn = turn.clone();
            copy.power = power.clone();
            copy.sawItselfOwner = sawItselfOwner.clone();
            copy.sawMigration = sawMigration.clone();
            return copy;
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /** Equal for equal states and for no others. */
    @SuppressWarnings("EnumOrdinal")
    long key() {
        long key = 0;
        int[] parts = {
            turn[0].ordinal(),
            turn[1].ordinal(),
            power[0].ordinal(),
            power[1].ordinal(),
            row.ordinal(),
            mark.ordinal(),
            at.ordinal(),
            attempt,
            ownAttempt,
            faultsLeft
        };
        for (int part : parts) {
            key = key << 4 | part;
        }
        boolean[] bits = {
            running[0],
            running[1],
            sawItselfOwner[0],
            sawItselfOwner[1],
            sawMigration[0],
            sawMigration[1],
            wanted,
            destinationOwns,
            copied,
            copyIsOld,
            ranAtDestination
        };
        for (boolean bit : bits) {
            key = key << 1 | (bit ? 1 : 0);
        }
        return key << 5 | givesUnderWay;
    }

    @Override
    public String toString() {
        return "runs %s/%s, turns %s/%s, switches %s/%s, row %s, owner %s, worker %s"
                .formatted(
                        running[0],
                        running[1],
                        turn[0],
                        turn[1],
                        power[0],
                        power[1],
                        row,
                        destinationOwns ? "destination" : "source",
                        at);
    }
}
