package io.drover.worker.qmp;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** Lines over a unix socket, with a deadline on every wait and a bound on a line's length. */
final class QmpLines implements AutoCloseable {
    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final int lineBytesMax;
    private final ByteBuffer chunk = ByteBuffer.allocate(16 << 10);
    private byte[] line = new byte[4096];
    private int lineBytes;
    private int scanned;

    private QmpLines(SocketChannel channel, int lineBytesMax) throws IOException {
        this.channel = channel;
        this.lineBytesMax = lineBytesMax;
        channel.configureBlocking(false);
        selector = Selector.open();
        key = channel.register(selector, SelectionKey.OP_READ);
    }

    /** Connects; a unix socket is connected at once or not at all. */
    static QmpLines connect(Path socket, int lineBytesMax) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new QmpLines(channel, lineBytesMax);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new QmpConnectionException("no connection to " + socket + ": " + e.getMessage(), e);
        }
    }

    static long endOf(Duration limit) {
        return System.nanoTime() + limit.toNanos();
    }

    void send(byte[] text, long endNanos) throws IOException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.wrap(text);
        while (buffer.hasRemaining()) {
            if (channel.write(buffer) == 0) {
                await(SelectionKey.OP_WRITE, endNanos);
            }
        }
    }

    /** The next line without its end. */
    byte[] receive(long endNanos) throws IOException, InterruptedException {
        while (true) {
            checkDeadline(endNanos);
            int end = lineEnd();
            if (end >= 0) {
                return take(end);
            }
            if (lineBytes > lineBytesMax) {
                throw new QmpConnectionException("a message of more than " + lineBytesMax + " bytes");
            }
            fill(endNanos);
        }
    }

    private int lineEnd() {
        for (; scanned < lineBytes; scanned++) {
            if (line[scanned] == '\n') {
                return scanned;
            }
        }
        return -1;
    }

    private byte[] take(int end) {
        byte[] result = Arrays.copyOf(line, end);
        lineBytes -= end + 1;
        System.arraycopy(line, end + 1, line, 0, lineBytes);
        scanned = 0;
        return result;
    }

    private void fill(long endNanos) throws IOException, InterruptedException {
        chunk.clear();
        int read = readChunk();
        if (read < 0) {
            throw new QmpConnectionException("QEMU closed the connection");
        }
        if (read == 0) {
            await(SelectionKey.OP_READ, endNanos);
            return;
        }
        if (line.length < lineBytes + read) {
            line = Arrays.copyOf(line, Math.max(lineBytes + read, 2 * line.length));
        }
        chunk.flip().get(line, lineBytes, read);
        lineBytes += read;
    }

    private int readChunk() throws IOException {
        try {
            return channel.read(chunk);
        } catch (SocketException e) {
            throw new QmpConnectionException("QEMU closed the connection: " + e.getMessage(), e);
        }
    }

    private void await(int operation, long endNanos) throws IOException, InterruptedException {
        checkDeadline(endNanos);
        try {
            key.interestOps(operation);
            selector.select(Math.max(1, (endNanos - System.nanoTime()) / 1_000_000 + 1));
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException | CancelledKeyException e) {
            throw new QmpConnectionException("the connection was closed", e);
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private static void checkDeadline(long endNanos) throws QmpConnectionException {
        if (System.nanoTime() - endNanos > 0) {
            throw QmpConnectionException.timeout();
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
        channel.close();
    }
}
