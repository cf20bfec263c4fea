package io.drover.worker.peer;

import io.drover.messages.DiskId;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.ContentOffers;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * A session of one migration with the destination's worker: its {@link Destination} answered over the network, and the
 * disks' data. Every call has a deadline; a broken session fails every call with {@link IOException} and a new one may
 * be opened.
 */
public interface PeerSession extends Destination, AutoCloseable {
    /** The disk at the destination, after {@link Destination#prepare}. */
    BlockTarget target(DiskId disk);

    /** For offering digests of a disk; empty when the destination holds nothing of it. */
    default Optional<ContentOffers> contentOffers(DiskId disk) throws IOException, InterruptedException {
        return Optional.empty();
    }

    /**
     * As {@link Destination#compare}, but may return before the answer is there: both hosts read and hash at once. A
     * handful may be under way, each to be taken once.
     */
    default Comparing beginCompare(DiskId disk, RegionDigests source) throws IOException, InterruptedException {
        RegionComparison comparison = compare(disk, source);
        return () -> comparison;
    }

    /** A comparison on its way. */
    @FunctionalInterface
    interface Comparing {
        RegionComparison await() throws IOException, InterruptedException;
    }

    /**
     * Answers what the destination asks for while its guest waits, ahead of everything else, by threads of its own
     * until the session ends. The first call counts.
     *
     * @param disks frozen before the destination runs, and used by nobody else
     */
    void answerFetches(Map<DiskId, BlockSource> disks) throws IOException, InterruptedException;

    /**
     * Listens at a unix socket of this host and carries what the hypervisor sends there to the VM at the
     * destination, and its answers back, at the pace of the link. Returns when it listens; for one connection. Whoever
     * ends, the session included, ends the stream for both hypervisors.
     *
     * @param socket made anew
     */
    void carryMemory(String socket) throws IOException, InterruptedException;

    /** Bytes per second over the recent seconds. */
    double bytesPerSecond();

    @Override
    void close() throws IOException;
}
