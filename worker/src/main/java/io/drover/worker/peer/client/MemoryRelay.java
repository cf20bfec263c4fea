package io.drover.worker.peer.client;

import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.channel.FrameConnection;
import io.drover.worker.peer.channel.MemoryStream;
import io.drover.worker.peer.channel.SessionFailure;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The source's end of a {@link MemoryStream}: waits for the hypervisor at a unix socket. */
final class MemoryRelay {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryRelay.class);

    private final FrameConnection connection;
    private final LinkLimiter limiter;
    private final SessionFailure breakage;
    private final Clock clock;
    private final ServerSocketChannel listener;

    private MemoryRelay(
            FrameConnection connection,
            LinkLimiter limiter,
            SessionFailure breakage,
            Clock clock,
            ServerSocketChannel listener) {
        this.connection = connection;
        this.limiter = limiter;
        this.breakage = breakage;
        this.clock = clock;
        this.listener = listener;
    }

    /** @param breakage the session's: its end is the stream's */
    static MemoryRelay start(
            Path socket, FrameConnection connection, LinkLimiter limiter, SessionFailure breakage, Clock clock)
            throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            Files.deleteIfExists(socket);
            listener.bind(UnixDomainSocketAddress.of(socket), 1);
        } catch (IOException e) {
            listener.close();
            throw new IOException("cannot listen for memory at " + socket + ": " + FileProblem.told(e), e);
        }
        var relay = new MemoryRelay(connection, limiter, breakage, clock, listener);
        breakage.onBreak(relay::end);
        // A platform thread: packing would hold a virtual one's carrier.
        Thread.ofPlatform().daemon().name("peer-memory-out").start(relay::carry);
        return relay;
    }

    private void carry() {
        try (listener;
                SocketChannel hypervisor = listener.accept();
                var stream = new MemoryStream(hypervisor, connection, limiter, clock)) {
            breakage.onBreak(stream::close);
            stream.carry();
        } catch (AsynchronousCloseException e) {
            LOG.debug("nothing carries memory any more");
        } catch (IOException e) {
            LOG.info("memory: {}", FileProblem.told(e));
        } catch (InterruptedException e) {
            LOG.info("memory: stopping");
        } catch (RuntimeException | Error e) { // top of the thread: the session is told by the stream's end
            LOG.error("memory: a defect", e);
        } finally {
            end();
        }
    }

    /** For how long the other side has taken nothing although there is something for it. */
    Duration stalled() {
        return connection.stalled();
    }

    private void end() {
        connection.close();
        try {
            listener.close();
        } catch (IOException e) {
            LOG.debug("closing the socket for memory", e);
        }
    }
}
