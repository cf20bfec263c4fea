package io.drover.worker.migration.source.comparison;

import io.drover.messages.DiskId;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.PeerSession.Comparing;
import io.drover.worker.replication.BlockSource;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Compares a frozen disk with the destination's, region by region. Digests go out ahead of the answers, so that reading and
 * hashing here, the link, and reading and hashing there overlap.
 */
final class ComparedAhead {
    /** Regions of 4 MiB whose answers are waited for: each is memory there. */
    private static final int UNDER_WAY_MAX = 4;

    private final DiskComparison comparison;
    private final Between between;
    private final Deque<Comparing> underWay = new ArrayDeque<>();

    private ComparedAhead(DiskComparison comparison, Between between) {
        this.comparison = comparison;
        this.between = between;
    }

    /** What is done between two regions. */
    @FunctionalInterface
    interface Between {
        void look() throws IOException, InterruptedException;
    }

    /** Adds the outcome of each region, in order. */
    static void compare(
            MigrationContext context, DiskId disk, BlockSource frozen, DiskComparison comparison, Between between)
            throws IOException, InterruptedException {
        var ahead = new ComparedAhead(comparison, between);
        PeerSession session = context.session();
        context.ports().digests().digest(frozen, region -> {
            ahead.underWay.add(session.beginCompare(disk, region));
            ahead.takeUntil(UNDER_WAY_MAX - 1);
        });
        ahead.takeUntil(0);
    }

    private void takeUntil(int left) throws IOException, InterruptedException {
        while (underWay.size() > left) {
            comparison.add(underWay.remove().await());
            between.look();
        }
    }
}
