package io.drover.worker.peer.channel;

import io.drover.messages.time.Clock;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.FrameEncoder;
import io.drover.worker.wire.FrameReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A socket that carries frames. Any thread may send, one receives. Closing it, from any thread, ends every wait in it:
 * that is how deadlines are kept, because a blocked socket knows none.
 */
public final class FrameConnection implements AutoCloseable {
    private static final long IDLE = -1;

    private final PeerChannel channel;
    private final FrameEncoder encoder = new FrameEncoder();
    private final FrameReader reader;
    private final Clock clock;
    private final ReentrantLock sendLock = new ReentrantLock();
    private volatile long receivedNanos;
    private volatile long writeStartedNanos = IDLE;

    public FrameConnection(PeerChannel channel, int payloadBytesMax, Clock clock) {
        this.channel = channel;
        this.reader = new FrameReader(channel, payloadBytesMax);
        this.clock = clock;
        this.receivedNanos = now();
    }

    /** Sends at once. */
    public void send(Frame frame) throws IOException {
        sendLock.lock();
        try {
            write(encoder.header(frame), frame.payload().duplicate());
        } finally {
            sendLock.unlock();
        }
    }

    /** Sends in slices, at the pace of the limiter; returns how many bytes went out. */
    public int send(Frame frame, LinkLimiter limiter) throws IOException, InterruptedException {
        sendLock.lock();
        try {
            ByteBuffer header = encoder.header(frame);
            ByteBuffer payload = frame.payload().duplicate();
            int bytes = header.remaining() + payload.remaining();
            do {
                int length = Math.min(payload.remaining(), LinkLimiter.SLICE_BYTES);
                limiter.acquire(header.remaining() + length);
                write(header, payload.slice(payload.position(), length));
                payload.position(payload.position() + length);
            } while (payload.hasRemaining());
            return bytes;
        } finally {
            sendLock.unlock();
        }
    }

    /** The next frame, or null when the other side has ended between two frames. */
    @Nullable
    public Frame receive() throws IOException {
        Frame frame = reader.read();
        receivedNanos = now();
        return frame;
    }

    /** For how long nothing has come. */
    public Duration silence() {
        return Duration.ofNanos(now() - receivedNanos);
    }

    /** For how long the other side has taken nothing although there is something for it. */
    public Duration stalled() {
        long started = writeStartedNanos;
        return started == IDLE ? Duration.ZERO : Duration.ofNanos(now() - started);
    }

    /** Ends sending; what was sent before still arrives. */
    public void endSending() throws IOException {
        channel.endSending();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing is left to be done with the socket, and whoever uses it is told by its own call.
        }
    }

    private void write(ByteBuffer header, ByteBuffer payload) throws IOException {
        var both = new ByteBuffer[] {header, payload};
        try {
            while (header.hasRemaining() || payload.hasRemaining()) {
                writeStartedNanos = now();
                channel.write(both);
            }
        } finally {
            writeStartedNanos = IDLE;
        }
    }

    private long now() {
        return clock.elapsed().toNanos();
    }
}
