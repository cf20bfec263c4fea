package io.drover.worker.peer.client;

import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.Extent;
import io.drover.worker.wire.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A disk at the destination. Everything about one region of 4 MiB goes over the same connection, so that it arrives in
 * order; regions take turns over the connections.
 */
final class RemoteDisk implements BlockTarget {
    private static final long REGION_BYTES = 4L << 20;

    private final List<ClientLink> links;
    private final Index index;
    private final LinkLimiter limiter;
    private final RateMeter rate;
    private final Duration flushLimit;
    private final AtomicLong wireBytes = new AtomicLong();
    private final Leaving leaving;

    /** Tells the server which content it has is old. */
    @FunctionalInterface
    interface Leaving {
        void behind(List<Extent> extents) throws IOException, InterruptedException;
    }

    /** The disk's number in this session, asked for when it is first needed. */
    @FunctionalInterface
    interface Index {
        int get() throws IOException, InterruptedException;
    }

    RemoteDisk(
            List<ClientLink> links,
            Index index,
            LinkLimiter limiter,
            RateMeter rate,
            Duration flushLimit,
            Leaving leaving) {
        this.links = List.copyOf(links);
        this.index = index;
        this.limiter = limiter;
        this.rate = rate;
        this.flushLimit = flushLimit;
        this.leaving = leaving;
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException, InterruptedException {
        int disk = index.get();
        long at = offset;
        while (content.hasRemaining()) {
            int length = (int) inRegion(at, Math.min(content.remaining(), Frame.DATA_BYTES_MAX));
            send(at, new Frame.Data(disk, at, content.slice(content.position(), length)));
            content.position(content.position() + length);
            at += length;
        }
    }

    @Override
    public void zero(long offset, long length) throws IOException, InterruptedException {
        int disk = index.get();
        for (long at = offset; at < offset + length; ) {
            long piece = inRegion(at, Math.min(offset + length - at, Frame.ZERO_BYTES_MAX));
            send(at, new Frame.Zero(disk, at, piece));
            at += piece;
        }
    }

    @Override
    public void flush() throws IOException, InterruptedException {
        int disk = index.get();
        var numbers = new long[links.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = links.get(i).flush(disk);
        }
        for (int i = 0; i < numbers.length; i++) {
            links.get(i).awaitFlushed(numbers[i], flushLimit);
        }
    }

    @Override
    public void leaveBehind(List<Extent> extents) throws IOException, InterruptedException {
        leaving.behind(extents);
    }

    @Override
    public long wireBytes() {
        return wireBytes.get();
    }

    /** With one connection everything is in order anyway. */
    private long inRegion(long at, long length) {
        return links.size() == 1 ? length : Math.min(length, REGION_BYTES - at % REGION_BYTES);
    }

    private void sent(int bytes) {
        wireBytes.addAndGet(bytes);
        rate.add(bytes);
    }

    private void send(long at, Frame frame) throws IOException, InterruptedException {
        ClientLink link = links.get((int) (at / REGION_BYTES % links.size()));
        link.send(frame, limiter, this::sent);
    }
}
