package io.drover.worker.nbd.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A disk in memory that counts what is asked of it, can fail, and can be made to hang. */
final class MemoryBackend implements NbdBackend {
    final byte[] content;
    final AtomicInteger atOnce = new AtomicInteger();
    final AtomicInteger atOnceMax = new AtomicInteger();
    final AtomicInteger durableWrites = new AtomicInteger();
    final AtomicInteger flushes = new AtomicInteger();
    final AtomicLong trimmed = new AtomicLong();
    final AtomicInteger interrupted = new AtomicInteger();
    volatile @Nullable CountDownLatch hang;
    volatile long badFrom = Long.MAX_VALUE;

    MemoryBackend(int size) {
        this.content = new byte[size];
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException, InterruptedException {
        enter(offset);
        synchronized (content) {
            into.put(content, (int) offset, into.remaining());
        }
        atOnce.decrementAndGet();
    }

    @Override
    public void write(long offset, ByteBuffer data, boolean durable) throws IOException, InterruptedException {
        enter(offset);
        count(durable);
        synchronized (content) {
            data.get(content, (int) offset, data.remaining());
        }
        atOnce.decrementAndGet();
    }

    @Override
    public void zero(long offset, long length, boolean durable) throws IOException, InterruptedException {
        enter(offset);
        count(durable);
        synchronized (content) {
            Arrays.fill(content, (int) offset, (int) (offset + length), (byte) 0);
        }
        atOnce.decrementAndGet();
    }

    @Override
    public void trim(long offset, long length, boolean durable) throws IOException, InterruptedException {
        trimmed.addAndGet(length);
        zero(offset, length, durable);
    }

    @Override
    public void flush() {
        flushes.incrementAndGet();
    }

    private void count(boolean durable) {
        if (durable) {
            durableWrites.incrementAndGet();
        }
    }

    private void enter(long offset) throws IOException, InterruptedException {
        atOnceMax.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        try {
            CountDownLatch latch = hang;
            if (latch != null) {
                latch.await();
            }
            if (offset >= badFrom) {
                throw new IOException("a bad sector");
            }
        } catch (IOException | InterruptedException e) {
            atOnce.decrementAndGet();
            if (e instanceof InterruptedException) {
                interrupted.incrementAndGet();
            }
            throw e;
        }
    }
}
