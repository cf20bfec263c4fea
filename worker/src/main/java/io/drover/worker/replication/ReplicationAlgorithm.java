package io.drover.worker.replication;

import java.io.IOException;
import java.util.Map;

/** What to send when, for one disk. One object a disk and migration; all calls come from the migration's thread. */
public interface ReplicationAlgorithm {
    /** The name used in tasks, for example {@code pre-copy}. */
    String name();

    /**
     * Does one bounded piece of work (the bulk, or one round) while the guest runs and returns how many bytes would be
     * left if the guest stopped now. Called until the rest of all disks fits the downtime budget.
     */
    long advance(DiskCopy copy) throws IOException, InterruptedException;

    /** Whether {@link #advance} can make the rest any smaller; false ends the rounds whatever is left. */
    boolean converging();

    /** Sends all that is left. The guest is stopped and does not come back unless the switchover fails. */
    void finish(DiskCopy copy) throws IOException, InterruptedException;

    /** What the migration around this copy allows, before the first {@link #advance}; for those that choose. */
    default void terms(CopyTerms given) {}

    /** What is worth keeping in the record beside the counts: JSON values by snake_case name. */
    default Map<String, ?> evidence() {
        return Map.of();
    }

    /** Leaves nothing behind at the source; the guest goes on there. */
    default void abandon(DiskCopy copy) throws IOException, InterruptedException {}
}
