package io.drover.worker.hypervisor.qemu.image;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.worker.image.ImageStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/** What a {@link QemuNbd} shows of an image. Through the page cache: nobody else writes to such an image. */
final class NbdImageReader implements ImageStore.ImageReader {
    private final QemuNbd server;

    @GuardedBy("this")
    private boolean closed;

    NbdImageReader(QemuNbd server) {
        this.server = server;
    }

    @Override
    public long size() {
        return server.client().export().sizeBytes();
    }

    @Override
    public synchronized void read(long offset, ByteBuffer into) throws IOException {
        try {
            server.client().read(offset, into);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading an image");
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            server.close();
        }
    }
}
