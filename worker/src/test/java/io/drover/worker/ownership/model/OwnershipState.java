package io.drover.worker.ownership.model;

/**
 * Everything that decides who may run the guest, at one instant. Small on purpose; packed into a number to be known
 * again.
 */
final class OwnershipState implements Cloneable {
    /** The source's QEMU. From {@code STOPPED} and {@code SENDING} it resumes the guest by itself on any failure. */
    enum Source {
        RUNNING,
        STOPPED,
        SENDING,
        POST_MIGRATE,
        DEAD
    }

    /** The destination's QEMU. */
    enum Destination {
        INCOMING,
        PAUSED,
        RUNNING,
        DEAD
    }

    /** The migration's row. */
    enum Row {
        /** Only in a database that was set back: it knows no such migration. */
        UNKNOWN,
        /** Only in a database that was set back: before {@code SWITCHING}. */
        BEFORE,
        SWITCHING,
        RESUMING,
        FINISHING,
        ROLLING_BACK,
        ROLLED_BACK,
        COMPLETED
    }

    /** Marks of the source. */
    enum Mark {
        NONE,
        GIVING,
        /** The give was answered: names the destination's epoch. */
        GIVEN,
        ABORTED
    }

    /** Where the source's worker is. */
    enum At {
        /** In the switchover, the guest stopped, the disks complete. */
        CONTINUE,
        AWAIT_COMPLETE,
        MARK_GIVING,
        GIVE,
        AWAIT_ANSWER,
        CLAIM,
        READ_OWNER,
        /** The destination is asked whether the guest may have run there. */
        ASK,
        MARK_ABORTED,
        LET_RUN,
        RECORD_ROLLING_BACK,
        UNDO,
        SPARE,
        RETIRE,
        STRANDED,
        OVER
    }

    /** Where the destination's worker is. */
    enum There {
        IDLE,
        SAW_ITSELF_OWNER,
        MARKED,
        RAN
    }

    Source source = Source.STOPPED;
    Destination destination = Destination.INCOMING;
    Row row = Row.SWITCHING;
    boolean destinationOwns;
    int epoch;
    int attempt;
    boolean cancelRequested;
    Mark mark = Mark.NONE;
    /** Of the giving mark: the attempt whose give may be under way. */
    int givingAttempt;

    boolean mayRunMark;
    At at = At.CONTINUE;
    int ownAttempt;
    There there = There.IDLE;
    /** The destination said that it has everything; said once, it may be old. */
    boolean saidComplete;
    /** Gives on their way to the database, one bit an attempt; each may arrive at any time or never. */
    int givesUnderWay;

    boolean ranAtDestination;
    /** The guest ran at the source after its state was sent. */
    boolean sentIsOld;

    boolean retired;
    /** The database was set back to an earlier time; the source can see that it may have been. */
    boolean setBack;

    int faultsLeft;

    OwnershipState(int faults) {
        faultsLeft = faults;
    }

    OwnershipState copy() {
        try {
            return (OwnershipState) clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    /** Equal for equal states and for no others, within one run. */
    @SuppressWarnings("EnumOrdinal")
    long key() {
        long key = 0;
        int[] parts = {
            source.ordinal(),
            destination.ordinal(),
            row.ordinal(),
            mark.ordinal(),
            at.ordinal(),
            there.ordinal(),
            epoch,
            attempt,
            ownAttempt,
            givingAttempt,
            faultsLeft
        };
        for (int part : parts) {
            key = key << 4 | part;
        }
        boolean[] bits = {
            destinationOwns, cancelRequested, mayRunMark, saidComplete, ranAtDestination, sentIsOld, retired, setBack
        };
        for (boolean bit : bits) {
            key = key << 1 | (bit ? 1 : 0);
        }
        return key << 8 | givesUnderWay;
    }

    @Override
    public String toString() {
        return "source %s, destination %s, row %s, owner %s at epoch %d, mark %s, worker %s/%s"
                .formatted(
                        source, destination, row, destinationOwns ? "destination" : "source", epoch, mark, at, there);
    }
}
