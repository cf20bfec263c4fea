package io.drover.worker.hypervisor.qemu.image;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.file.LostWrites;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/** A qcow2 image being filled through a {@link QemuNbd}, whose lock keeps the incoming VM from running. */
final class Qcow2TargetImage implements ImageStore.TargetImage {
    private final String name;
    private final QemuNbd server;
    private final LostWrites lost;

    @GuardedBy("this")
    private boolean closed;

    Qcow2TargetImage(String name, QemuNbd server, LostWrites lost) {
        this.name = name;
        this.server = server;
        this.lost = lost;
    }

    @Override
    public synchronized void write(long offset, ByteBuffer content) throws IOException {
        ask(() -> server.client().write(offset, content));
    }

    @Override
    public synchronized void zero(long offset, long length) throws IOException {
        ask(() -> server.client().writeZeroes(offset, length));
    }

    @Override
    public synchronized void sync() throws IOException {
        requireOpen();
        lost.sync(() -> ask(() -> server.client().flush()));
    }

    private synchronized void requireOpen() throws IOException {
        if (closed) {
            throw new IOException(name + ": closed");
        }
    }

    private void ask(Request request) throws IOException {
        requireOpen();
        try {
            request.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(name + ": interrupted");
        }
    }

    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            server.close();
        }
    }

    @FunctionalInterface
    private interface Request {
        void run() throws IOException, InterruptedException;
    }
}
