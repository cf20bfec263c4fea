package io.drover.worker.peer.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.text.FileProblem;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.replication.KnownContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes to an image and syncs it along the way, beside the writing, so that a flush has little left to do: otherwise
 * the last fdatasync becomes the guest's downtime. At most twice {@code syncEveryBytes} are ever dirty; then the writer
 * waits, and through the socket the sender. Safe for several threads.
 */
final class WriteBack implements KnownContent.Place {
    private final TargetImage image;
    private final long syncEveryBytes;
    private final Object writeLock = new Object();

    @GuardedBy("this")
    private long dirtyBytes;

    @GuardedBy("this")
    private boolean syncing;

    @GuardedBy("this")
    private @Nullable IOException failure;

    WriteBack(TargetImage image, long syncEveryBytes) {
        this.image = image;
        this.syncEveryBytes = syncEveryBytes;
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException, InterruptedException {
        long bytes = content.remaining();
        synchronized (writeLock) { // an image takes one writer at a time
            image.write(offset, content);
        }
        written(bytes);
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        synchronized (writeLock) {
            image.zero(offset, length);
        }
    }

    @Override
    public void keep(long offset, long length) throws IOException {
        synchronized (writeLock) {
            image.keep(offset, length);
        }
    }

    /** Returns when everything written before is durable. */
    void flush() throws IOException {
        synchronized (this) {
            dirtyBytes = 0;
        }
        image.sync();
        synchronized (this) {
            requireIntact();
        }
    }

    private synchronized void written(long bytes) throws IOException, InterruptedException {
        dirtyBytes += bytes;
        while (syncing && dirtyBytes >= syncEveryBytes && failure == null) {
            wait();
        }
        requireIntact();
        if (dirtyBytes >= syncEveryBytes) {
            dirtyBytes = 0;
            // A platform thread: fdatasync would hold a virtual one's carrier, and there are few of those. It waits for
            // this lock before it says that it is done.
            Thread.ofPlatform().daemon().name("peer-sync").start(this::sync);
            syncing = true;
        }
    }

    private void sync() {
        IOException failed = null;
        try {
            image.sync();
        } catch (IOException e) {
            failed = e;
        } catch (RuntimeException | Error e) { // top of the thread: the writer must hear of it
            failed = new IOException("sync: " + e, e);
        }
        synchronized (this) {
            syncing = false;
            failure = failed == null ? failure : failed;
            notifyAll();
        }
    }

    @GuardedBy("this")
    private void requireIntact() throws IOException {
        if (failure != null) {
            throw new IOException(FileProblem.told(failure), failure);
        }
    }
}
