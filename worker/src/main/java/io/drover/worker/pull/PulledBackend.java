package io.drover.worker.pull;

import io.drover.worker.image.pulled.PulledImage;
import io.drover.worker.nbd.server.NbdBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** The guest's side of a pulled image. */
final class PulledBackend implements NbdBackend, AutoCloseable {
    private final PulledImage image;
    /** A platform thread: fdatasync would hold a virtual one's carrier, and there are few of those. */
    private final ExecutorService syncing = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("pull-sync").factory());

    PulledBackend(PulledImage image) {
        this.image = image;
    }

    @Override
    public long size() {
        return image.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException, InterruptedException {
        image.guestReads(offset, into);
    }

    @Override
    public void write(long offset, ByteBuffer content, boolean durable) throws IOException, InterruptedException {
        image.guestWrites(offset, content);
        flushIf(durable);
    }

    @Override
    public void zero(long offset, long length, boolean durable) throws IOException, InterruptedException {
        image.guestZeroes(offset, length);
        flushIf(durable);
    }

    @Override
    public void trim(long offset, long length, boolean durable) throws IOException, InterruptedException {
        image.guestDiscards(offset, length);
        flushIf(durable);
    }

    private void flushIf(boolean durable) throws IOException, InterruptedException {
        if (durable) {
            flush();
        }
    }

    @Override
    public void flush() throws IOException, InterruptedException {
        try {
            syncing.submit(() -> {
                        image.sync();
                        return true;
                    })
                    .get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (RejectedExecutionException e) {
            throw new IOException("the disk is served no more", e);
        }
    }

    @Override
    public void close() {
        syncing.shutdown();
    }
}
