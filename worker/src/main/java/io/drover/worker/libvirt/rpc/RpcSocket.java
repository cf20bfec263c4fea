package io.drover.worker.libvirt.rpc;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * Frames over a unix socket. One thread sends at a time, and another one receives. It does not block in the channel
 * itself: a thread that is interrupted there closes it, and libvirt would end the connection's migrations.
 */
final class RpcSocket implements AutoCloseable {
    /** {@code VIR_NET_MESSAGE_MAX} of virnetprotocol.x, to which the length's own bytes do not count. */
    static final int FRAME_BYTES_MAX = (32 << 20) + Integer.BYTES;

    private static final int FRAME_BYTES_MIN = Integer.BYTES + RpcHeader.BYTES;
    private static final int FIRST_BYTES = 64 << 10;

    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;

    private RpcSocket(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        readable = Selector.open();
        writable = Selector.open();
        channel.register(readable, SelectionKey.OP_READ);
        channel.register(writable, SelectionKey.OP_WRITE);
    }

    /** Connects; a unix socket is connected at once or not at all. */
    static RpcSocket connect(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return new RpcSocket(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Sends a whole frame.
     *
     * @return false: the deadline came before the first byte could be sent
     * @throws IOException the connection is of no more use
     * @throws InterruptedException before the first byte
     */
    boolean send(ByteBuffer frame, long endNanos) throws IOException, InterruptedException {
        boolean interrupted = false;
        try {
            while (frame.hasRemaining()) {
                if (channel.write(frame) > 0) {
                    continue;
                }
                long left = endNanos - System.nanoTime();
                if (left <= 0) {
                    return nothingOf(frame);
                }
                writable.select(left / 1_000_000 + 1);
                writable.selectedKeys().clear();
                if (Thread.interrupted()) {
                    // What was begun must be finished: the frames of all callers follow on it.
                    if (frame.position() == 0) {
                        throw new InterruptedException();
                    }
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean nothingOf(ByteBuffer frame) throws IOException {
        if (frame.position() > 0) {
            throw new IOException("libvirt's daemon does not take what is sent to it");
        }
        return false;
    }

    /** Waits for the next frame without a limit; {@link #close} ends it. */
    ByteBuffer receive() throws IOException {
        ByteBuffer prefix = fill(ByteBuffer.allocate(Integer.BYTES));
        long length = Integer.toUnsignedLong(prefix.getInt());
        if (length < FRAME_BYTES_MIN || length > FRAME_BYTES_MAX) {
            throw new IOException("a frame of " + length + " bytes");
        }
        int left = (int) length - Integer.BYTES;
        // Memory for what has come, not for what is claimed.
        ByteBuffer frame = fill(ByteBuffer.allocate(Math.min(left, FIRST_BYTES)));
        while (frame.limit() < left) {
            int size = Math.min(left, 4 * frame.limit());
            frame = fill(ByteBuffer.allocate(size).put(frame));
        }
        return frame;
    }

    private ByteBuffer fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer);
            if (read < 0) {
                throw new EOFException("libvirt's daemon closed it");
            }
            if (read == 0) {
                readable.select();
                readable.selectedKeys().clear();
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
        readable.close();
        writable.close();
    }
}
