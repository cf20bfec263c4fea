package io.drover.worker.ownership;

import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this host must never forget about who may run a VM (docs/architecture.md, Ownership). One mark a VM,
 * the newest; a mark is on disk, its folder included, before {@link #record} returns.
 */
public interface OwnershipMarks {
    /** The newest mark of a VM on this host. */
    Optional<Mark> mark(VmId vm) throws IOException;

    /**
     * The highest epoch any mark of this VM ever named here; 0 when there was none. Higher than the database's
     * means that the database lost a commit.
     */
    long highestEpoch(VmId vm) throws IOException;

    /**
     * Makes the room that this VM's marks need, durably; harmless when it is there. From here on {@link #record}
     * asks the file system for nothing more. Done before anybody depends on a mark: while the guest stands still it is
     * too late.
     */
    void reserve(VmId vm) throws IOException;

    /** Whether {@link #reserve} was ever done. Where it is known that it was, false means that the marks are lost. */
    boolean reserved(VmId vm) throws IOException;

    /** Replaces the VM's mark, durably. After a failure the caller must read what stands. */
    void record(VmId vm, Mark mark) throws IOException;

    /** The newest mark if it belongs to this migration. */
    default Optional<Mark> mark(VmId vm, MigrationId migration) throws IOException {
        return mark(vm).filter(mark -> mark.migration().equals(migration));
    }

    /**
     * One mark.
     *
     * @param epoch of {@code GIVING} and {@code ABORTED} the source's own, of {@code GIVEN} and {@code MAY_RUN} the
     *     destination's
     * @param give of {@code GIVING}: what is known of the give that may be under way; null in marks of earlier versions
     */
    record Mark(
            Kind kind,
            MigrationId migration,
            long epoch,
            @Nullable Give give) {
        public Mark(Kind kind, MigrationId migration, long epoch) {
            this(kind, migration, epoch, null);
        }
    }

    /**
     * A give.
     *
     * @param attempt that sent it
     * @param incarnation of the database that it was sent to: {@code WorkerStore.incarnation}
     */
    record Give(int attempt, String incarnation) {}

    /** What a mark says. */
    enum Kind {
        /** The source may have given the VM away: from here on only the database knows who owns it. */
        GIVING,
        /**
         * The give was answered: the destination owns it at this epoch, whatever a database says later that was set
         * back.
         */
        GIVEN,
        /** The source has turned back and never goes forward with this migration again. */
        ABORTED,
        /** The destination, as owner, may have run the guest: its disks are the truth. */
        MAY_RUN
    }
}
