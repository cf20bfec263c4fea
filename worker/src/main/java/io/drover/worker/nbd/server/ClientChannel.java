package io.drover.worker.nbd.server;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A blocking socket to one client: one thread reads, any thread writes, and closing it ends every wait in it. */
final class ClientChannel implements AutoCloseable {
    private static final int INPUT_BYTES = 64 << 10;

    private final SocketChannel channel;
    private final ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES).limit(0);
    private final ReentrantLock sendLock = new ReentrantLock();

    ClientChannel(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * The next so many bytes, at most 64 KiB, as a view that the next call overwrites; null at the end of the stream.
     */
    @Nullable
    ByteBuffer readOrEnd(int bytes) throws IOException {
        if (input.remaining() < bytes) {
            input.compact();
            try {
                while (input.position() < bytes) {
                    if (channel.read(input) < 0) {
                        requireBoundary();
                        return null;
                    }
                }
            } finally {
                input.flip();
            }
        }
        ByteBuffer view = input.slice(input.position(), bytes);
        input.position(input.position() + bytes);
        return view;
    }

    private void requireBoundary() throws EOFException {
        if (input.position() > 0) {
            throw new EOFException("the client left in the middle of a message");
        }
    }

    ByteBuffer read(int bytes) throws IOException {
        ByteBuffer view = readOrEnd(bytes);
        if (view == null) {
            throw new EOFException("the client left in the middle of a message");
        }
        return view;
    }

    /** Fills the buffer up to its limit. */
    void fill(ByteBuffer target) throws IOException {
        int buffered = Math.min(target.remaining(), input.remaining());
        target.put(input.slice(input.position(), buffered));
        input.position(input.position() + buffered);
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("the client left in the middle of a message");
            }
        }
    }

    void skip(long bytes) throws IOException {
        for (long left = bytes; left > 0; ) {
            int piece = (int) Math.min(left, INPUT_BYTES);
            ByteBuffer _ = read(piece);
            left -= piece;
        }
    }

    /** Sends the buffers as one message. */
    void send(ByteBuffer... message) throws IOException {
        sendLock.lock();
        try {
            ByteBuffer last = message[message.length - 1];
            while (message[0].hasRemaining() || last.hasRemaining()) {
                channel.write(message);
            }
        } finally {
            sendLock.unlock();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to be done with the socket, and whoever uses it is told by its own call.
        }
    }
}
