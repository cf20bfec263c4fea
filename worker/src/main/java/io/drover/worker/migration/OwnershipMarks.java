package io.drover.worker.migration;

import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import java.io.IOException;
import java.util.Optional;

/**
 * What this host must never forget about who may run a machine (design 2.1). One mark a machine, the newest; a mark is on
 * disk, its folder included, before {@link #record} returns.
 */
public interface OwnershipMarks {
    /** The newest mark of a machine on this host. */
    Optional<Mark> mark(VmId vm) throws IOException;

    /**
     * The highest epoch any mark of this machine ever named here; 0 when there was none. Higher than the database's means
     * that the database lost a commit.
     */
    long highestEpoch(VmId vm) throws IOException;

    /** Replaces the machine's mark, durably. After a failure the caller must read what stands. */
    void record(VmId vm, Mark mark) throws IOException;

    /** The newest mark if it belongs to this migration. */
    default Optional<Mark> mark(VmId vm, MigrationId migration) throws IOException {
        return mark(vm).filter(mark -> mark.migration().equals(migration));
    }

    /**
     * One mark.
     *
     * @param epoch of {@code GIVING} and {@code ABORTED} the source's own, of {@code MAY_RUN} the destination's
     */
    record Mark(Kind kind, MigrationId migration, long epoch) {}

    /** What a mark says. */
    enum Kind {
        /** The source may have given the machine away: from here on only the database knows who owns it. */
        GIVING,
        /** The source has turned back and never goes forward with this migration again. */
        ABORTED,
        /** The destination, as owner, may have run the guest: its disks are the truth. */
        MAY_RUN
    }
}
