package io.drover.worker.nbd;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A socket with a deadline on every wait. For one thread at a time; {@link #close} may come from any. */
final class NbdWire implements AutoCloseable {
    private static final int INPUT_BYTES = 64 << 10;

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final Duration limit;
    private final ByteBuffer input = ByteBuffer.allocateDirect(INPUT_BYTES).limit(0);
    private final ByteBuffer discarded = ByteBuffer.allocate(4096);
    private long endNanos;

    private NbdWire(SocketChannel channel, Duration limit) throws IOException {
        this.channel = channel;
        this.limit = limit;
        channel.configureBlocking(false);
        this.selector = Selector.open();
        this.key = channel.register(selector, 0);
        restartDeadline();
    }

    static NbdWire connect(NbdAddress address, Duration limit) throws IOException, InterruptedException {
        SocketChannel channel = SocketChannel.open(address.family());
        NbdWire wire = null;
        try {
            if (address.family() == StandardProtocolFamily.INET) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            wire = new NbdWire(channel, limit);
            if (!channel.connect(address.socketAddress())) {
                wire.awaitConnected();
            }
            return wire;
        } catch (IOException | InterruptedException | RuntimeException e) {
            channel.close();
            if (wire != null) {
                wire.close();
            }
            throw e;
        }
    }

    private void awaitConnected() throws IOException, InterruptedException {
        while (!channel.finishConnect()) {
            await(SelectionKey.OP_CONNECT);
        }
    }

    /** Gives what is waited for next the whole limit again. */
    void restartDeadline() {
        endNanos = System.nanoTime() + limit.toNanos();
    }

    /** For loops that a server which never pauses could keep going. */
    void checkDeadline() throws NbdProtocolException {
        if (System.nanoTime() - endNanos > 0) {
            throw new NbdProtocolException("the server did not complete its answer within " + limit);
        }
    }

    short readShort() throws IOException, InterruptedException {
        require(Short.BYTES);
        return input.getShort();
    }

    int readInt() throws IOException, InterruptedException {
        require(Integer.BYTES);
        return input.getInt();
    }

    long readLong() throws IOException, InterruptedException {
        require(Long.BYTES);
        return input.getLong();
    }

    String readString(int bytes) throws IOException, InterruptedException {
        byte[] text = new byte[bytes];
        fill(ByteBuffer.wrap(text));
        return new String(text, StandardCharsets.UTF_8);
    }

    void skip(int bytes) throws IOException, InterruptedException {
        for (int left = bytes; left > 0; left -= discarded.limit()) {
            discarded.clear().limit(Math.min(left, discarded.capacity()));
            fill(discarded);
        }
    }

    /** Fills the buffer up to its limit. */
    void fill(ByteBuffer target) throws IOException, InterruptedException {
        int buffered = Math.min(target.remaining(), input.remaining());
        target.put(input.slice(input.position(), buffered));
        input.position(input.position() + buffered);
        while (target.hasRemaining()) {
            receive(target);
        }
    }

    private void require(int bytes) throws IOException, InterruptedException {
        if (input.remaining() >= bytes) {
            return;
        }
        input.compact();
        try {
            while (input.position() < bytes) {
                receive(input);
            }
        } finally {
            input.flip();
        }
    }

    private void receive(ByteBuffer target) throws IOException, InterruptedException {
        int read = channel.read(target);
        if (read < 0) {
            throw new NbdProtocolException("the server closed the connection");
        }
        if (read == 0) {
            await(SelectionKey.OP_READ);
        }
    }

    void send(ByteBuffer... buffers) throws IOException, InterruptedException {
        ByteBuffer last = buffers[buffers.length - 1];
        while (last.hasRemaining() || buffers[0].hasRemaining()) {
            if (channel.write(buffers) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    /** For the last message of a connection: whether it arrives does not matter. */
    void sendWithoutWaiting(ByteBuffer buffer) {
        try {
            channel.write(buffer);
        } catch (IOException e) {
            // The peer is gone already, which is what this message was to bring about.
        }
    }

    private void await(int operation) throws IOException, InterruptedException {
        checkDeadline();
        try {
            key.interestOps(operation);
            selector.select(Math.max(1, (endNanos - System.nanoTime()) / 1_000_000 + 1));
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new ClosedChannelException();
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
