package io.drover.worker.replication;

import io.drover.messages.evidence.disk.AlgorithmEvidence;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

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

    /**
     * Sends all that is left, or says what is left behind. The guest is stopped and does not come back unless the
     * switchover fails.
     */
    void finish(DiskCopy copy) throws IOException, InterruptedException;

    /** Whether blocks may stay behind after {@link #finish}, to be pulled while the guest runs at the destination. */
    default boolean pulls() {
        return false;
    }

    /** After {@link #finish}: what the guest wrote most recently, which it is likely to want first. */
    default List<Extent> hottest() {
        return List.of();
    }

    /**
     * What stayed behind has been pushed, in so much time and so many bytes on the wire; what was fetched is not among
     * them.
     */
    default void pulled(Duration took, long wireBytes) {}

    /** What is worth keeping in the record beside the counts. */
    default AlgorithmEvidence evidence() {
        return AlgorithmEvidence.NONE;
    }

    /** Leaves nothing behind at the source; the guest goes on there. */
    default void abandon(DiskCopy copy) throws IOException, InterruptedException {}
}
