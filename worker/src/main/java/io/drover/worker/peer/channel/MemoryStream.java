package io.drover.worker.peer.channel;

import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hypervisor's stream of memory, both ways: what it writes to a local socket goes out as DATA frames whose offset
 * is the place in the stream, and what comes in goes to the socket. Nothing is kept: as little as the sockets hold is
 * under way when the guest stands still. An end is passed on; a failure ends everything, and the hypervisors see that.
 */
public final class MemoryStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryStream.class);

    /** What a unix socket holds by default. */
    private static final int CHUNK_BYTES = 256 << 10;

    private final SocketChannel hypervisor;
    private final FrameConnection connection;
    private final LinkLimiter limiter;
    private final Clock clock;

    /** @param limiter of what goes out over the connection */
    public MemoryStream(SocketChannel hypervisor, FrameConnection connection, LinkLimiter limiter, Clock clock) {
        this.hypervisor = hypervisor;
        this.connection = connection;
        this.limiter = limiter;
        this.clock = clock;
    }

    /** Returns when both directions are over. */
    public void carry() throws IOException, InterruptedException {
        Thread receiver = Thread.ofPlatform().daemon().name("peer-memory-in").start(this::receiveOrEnd);
        try {
            send();
            receiver.join();
        } finally {
            close();
        }
    }

    private void send() throws IOException, InterruptedException {
        ByteBuffer content = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long place = 0;
        try (var packer = new Packer(clock)) {
            while (hypervisor.read(content.clear()) >= 0) {
                var frame = new Frame.Data(0, place, content.flip());
                place += content.remaining();
                int _ = packer.send(frame, connection, limiter, 1);
            }
        }
        connection.endSending();
    }

    private void receiveOrEnd() {
        try {
            receive();
        } catch (IOException e) {
            LOG.info("memory: {}", FileProblem.told(e));
            close();
        } catch (RuntimeException | Error e) { // top of the thread: QEMU waits at the other end
            LOG.error("memory: a defect", e);
            close();
        }
    }

    private void receive() throws IOException {
        long place = 0;
        try (var unpacker = new Unpacker()) {
            for (Frame frame = connection.receive(); frame != null; frame = connection.receive()) {
                ByteBuffer content = content(frame instanceof Frame.Packed p ? unpacker.unpack(p) : frame, place);
                place += content.remaining();
                while (content.hasRemaining()) {
                    hypervisor.write(content);
                }
            }
        }
        hypervisor.shutdownOutput();
    }

    private static ByteBuffer content(Frame frame, long place) throws WireException {
        if (!(frame instanceof Frame.Data data) || data.disk() != 0 || data.offset() != place) {
            throw new WireException("frame " + frame.getClass().getSimpleName()
                    + " is not what follows in a stream of memory at " + place);
        }
        return data.payload();
    }

    @Override
    public void close() {
        connection.close();
        try {
            hypervisor.close();
        } catch (IOException e) {
            // Whoever uses it is told by its own call.
        }
    }
}
