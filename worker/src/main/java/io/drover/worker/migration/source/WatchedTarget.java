package io.drover.worker.migration.source;

import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.ContentOffers;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** A target that lets the migration look up between two pieces: a bulk of many minutes can be cancelled and reports. */
public final class WatchedTarget implements BlockTarget {
    private final BlockTarget target;
    private final Optional<ContentOffers> offers;
    private final MigrationMonitor monitor;

    public WatchedTarget(BlockTarget target, Optional<ContentOffers> offers, MigrationMonitor monitor) {
        this.target = target;
        this.offers = offers;
        this.monitor = monitor;
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException, InterruptedException {
        monitor.beforeSending(content.remaining());
        target.write(offset, content);
        monitor.check();
    }

    @Override
    public void zero(long offset, long length) throws IOException, InterruptedException {
        target.zero(offset, length);
        monitor.check();
    }

    @Override
    public void flush() throws IOException, InterruptedException {
        target.flush();
    }

    @Override
    public Optional<ContentOffers> contentOffers() {
        return offers.map(watched -> offer -> {
            // A disk of which nothing has to be sent takes its time too.
            monitor.check();
            return watched.offer(offer);
        });
    }

    @Override
    public void leaveBehind(List<Extent> extents) throws IOException, InterruptedException {
        target.leaveBehind(extents);
    }

    @Override
    public long wireBytes() {
        return target.wireBytes();
    }
}
