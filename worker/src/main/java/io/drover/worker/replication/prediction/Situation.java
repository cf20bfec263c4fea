package io.drover.worker.replication.prediction;

import io.drover.messages.DiskRole;
import io.drover.worker.replication.CopyTerms;

/**
 * What is known of one disk's copy while its bulk is on the way, or when it has just arrived.
 *
 * @param diskBytes size of the disk
 * @param bulk how far the bulk is
 * @param writes the guest's, since the account began
 * @param accountSeconds how long ago the account began
 * @param bytesPerSecond content that the link carries when all of it has to be sent
 * @param wireShare bytes on the wire for each byte of content that is sent, as measured
 */
public record Situation(
        DiskRole role,
        long diskBytes,
        Bulk bulk,
        WriteModel writes,
        double accountSeconds,
        double bytesPerSecond,
        double wireShare,
        CopyTerms terms) {
    public Situation {
        if (!(bytesPerSecond > 0) || accountSeconds < 0 || wireShare < 0) {
            throw new IllegalArgumentException("a situation without a rate");
        }
    }

    /**
     * The bulk's progress.
     *
     * @param bytes allocated, all of them
     * @param bytesLeft not sent yet
     * @param seconds spent on it
     * @param wireBytes spent on it; few for what the destination has, which is offered evenly over the disk
     */
    public record Bulk(long bytes, long bytesLeft, double seconds, long wireBytes) {
        long done() {
            return bytes - bytesLeft;
        }
    }

    /** What the bulk will have cost when it is over. */
    double bulkSeconds() {
        return bulk.seconds() + bulkSecondsLeft();
    }

    /** At its own rate: what the destination has already goes faster than the link. */
    private double bulkSecondsLeft() {
        return bulk.done() > 0 ? bulk.seconds() / bulk.done() * bulk.bytesLeft() : seconds((double) bulk.bytesLeft());
    }

    double bulkWireBytes() {
        return bulk.done() > 0 ? (double) bulk.wireBytes() / bulk.done() * bulk.bytes() : bulk.bytes() * wireShare;
    }

    /** What is dirty when the first round can begin. */
    double restAfterBulk() {
        return writes.dirtyAfter(accountSeconds + bulkSecondsLeft() + seconds((double) terms.bytesAfter()));
    }

    double seconds(double bytes) {
        return bytes / bytesPerSecond;
    }

    double memorySeconds() {
        return seconds((double) terms.memoryBytes());
    }

    /** Bytes that the pause aimed at can carry. */
    double budgetBytes() {
        return terms.pauseBudget().toNanos() / 1e9 * bytesPerSecond;
    }
}
