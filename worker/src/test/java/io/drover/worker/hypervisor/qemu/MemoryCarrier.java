package io.drover.worker.hypervisor.qemu;

import io.drover.messages.time.SystemClock;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.peer.LinkLimiter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Carries memory from one VM's socket to another's, at a pace that may be changed; slower than a worker would. */
public final class MemoryCarrier implements AutoCloseable {
    private static final int SLICE = 8 << 10;

    private final LinkLimiter limiter;
    private final ServerSocketChannel listener;
    private final IncomingVm destination;
    private final List<AutoCloseable> open = new ArrayList<>();

    private MemoryCarrier(IncomingVm destination, LinkLimiter limiter, ServerSocketChannel listener) {
        this.destination = destination;
        this.limiter = limiter;
        this.listener = listener;
    }

    /** Has the destination listen and waits for the source. */
    public static MemoryCarrier between(SourceVm source, IncomingVm destination, long bytesPerSecond) throws Exception {
        destination.acceptMemory();
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Files.deleteIfExists(Path.of(source.memorySocket()));
        listener.bind(UnixDomainSocketAddress.of(source.memorySocket()));
        var carrier = new MemoryCarrier(destination, new LinkLimiter(new SystemClock(), bytesPerSecond), listener);
        Thread.ofPlatform().daemon().start(carrier::accept);
        return carrier;
    }

    public static MemoryCarrier between(SourceVm source, IncomingVm destination) throws Exception {
        return between(source, destination, LinkLimiter.UNLIMITED);
    }

    void unlimited() {
        limiter.setBytesPerSecond(LinkLimiter.UNLIMITED);
    }

    private void accept() {
        try {
            SocketChannel from = keep(listener.accept());
            SocketChannel to = keep(SocketChannel.open(UnixDomainSocketAddress.of(destination.memorySocket())));
            Thread.ofPlatform().daemon().start(() -> copy(to, from));
            copy(from, to);
        } catch (IOException e) {
            close();
        }
    }

    private synchronized SocketChannel keep(SocketChannel channel) {
        open.add(channel);
        return channel;
    }

    private void copy(SocketChannel from, SocketChannel to) {
        ByteBuffer slice = ByteBuffer.allocateDirect(SLICE);
        try {
            while (from.read(slice.clear()) >= 0) {
                slice.flip();
                limiter.acquire(slice.remaining());
                while (slice.hasRemaining()) {
                    to.write(slice);
                }
            }
            to.shutdownOutput();
        } catch (IOException | InterruptedException e) {
            close();
        }
    }

    @Override
    public synchronized void close() {
        open.add(listener);
        for (AutoCloseable channel : open) {
            try {
                channel.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        open.clear();
    }
}
