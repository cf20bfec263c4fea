package io.drover.worker.ownership;

import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.ownership.OwnershipMarks.Kind;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this host's mark of a VM says against the database: one that was restored from a backup, or a standby that
 * had not heard everything, no longer knows that the VM was given away (decision 0028).
 */
public final class LostCommit {
    private LostCommit() {}

    /**
     * Why the database must have lost a commit about the VM, or empty.
     *
     * @param epoch at which the database says that the VM is owned
     * @param inDoubt the migration whose give may be under way for all that the database knows; null when there is none
     */
    public static Optional<String> proof(OwnershipMarks marks, VmId vm, long epoch, @Nullable MigrationId inDoubt)
            throws IOException {
        long known = marks.highestEpoch(vm);
        if (known > epoch) {
            return Optional.of(
                    "this host knows epoch " + known + " of the VM, the database only " + epoch + ": it lost a commit");
        }
        Optional<Mark> giving = marks.mark(vm).filter(mark -> mark.kind() == Kind.GIVING && mark.epoch() >= epoch);
        return giving.filter(mark -> !mark.migration().equals(inDoubt))
                .map(mark -> "this host was giving the VM away at epoch " + mark.epoch() + " in migration "
                        + mark.migration() + ", of which the database knows nothing: it lost a commit");
    }
}
