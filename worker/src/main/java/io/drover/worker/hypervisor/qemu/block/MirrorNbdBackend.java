package io.drover.worker.hypervisor.qemu.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.worker.nbd.server.NbdBackend;
import io.drover.worker.nbd.server.NbdServer;
import io.drover.worker.nbd.server.NbdServerLimits;
import io.drover.worker.replication.mirror.MirrorWindow;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What QEMU mirrors a disk's writes into: takes them into the window, and a thread sends them on. A write waits only while
 * the window is full; with a window of 0 until the destination has it on disk. Whatever goes wrong closes the gateway, and
 * so does a write that has waited for too long: QEMU then ends its mirror and the guest goes on.
 *
 * <p>Nothing here asks QEMU: while a write waits, QEMU may not answer.
 */
final class MirrorNbdBackend implements NbdBackend, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorNbdBackend.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final NbdServerLimits LIMITS = new NbdServerLimits(1, 16, 1 << 20, Duration.ofSeconds(10));
    static final String EXPORT = "mirror";

    private final long sizeBytes;
    private final MirrorWindow window;
    private final MirroredTarget target;
    private final Duration holdMax;
    private final Map<Thread, Long> heldSince = new ConcurrentHashMap<>();

    @GuardedBy("window")
    private @Nullable NbdServer server;

    @GuardedBy("window")
    private long confirmed;

    @GuardedBy("window")
    private boolean expectsEnd;

    private MirrorNbdBackend(long sizeBytes, MirrorWindow window, MirroredTarget target, Duration holdMax) {
        this.sizeBytes = sizeBytes;
        this.window = window;
        this.target = target;
        this.holdMax = holdMax;
    }

    /**
     * Begins to listen.
     *
     * @param holdMax how long a write of the guest may wait
     * @param onHold done after the gateway was closed because a write had waited longer
     */
    static MirrorNbdBackend open(
            Path socket, long sizeBytes, long windowBytes, MirroredTarget target, Duration holdMax, Runnable onHold)
            throws IOException {
        var gateway = new MirrorNbdBackend(sizeBytes, new MirrorWindow(windowBytes), target, holdMax);
        NbdServer server = NbdServer.listen(socket, EXPORT, gateway, LIMITS);
        synchronized (gateway.window) {
            gateway.server = server;
        }
        target.mirror(gateway.window);
        Thread.ofVirtual().name("mirror-send").start(gateway::sendAll);
        Thread.ofVirtual().name("mirror-watch").start(() -> gateway.watch(onHold));
        return gateway;
    }

    MirrorWindow window() {
        return window;
    }

    /** From now on QEMU may leave. */
    void expectEnd() {
        synchronized (window) {
            expectsEnd = true;
        }
    }

    // --- QEMU's side -------------------------------------------------------------------------------------------------

    @Override
    public long size() {
        return sizeBytes;
    }

    @Override
    public void write(long offset, ByteBuffer content, boolean durable) throws IOException, InterruptedException {
        put(offset, content.remaining(), content);
    }

    @Override
    public void zero(long offset, long length, boolean durable) throws IOException, InterruptedException {
        put(offset, length, null);
    }

    private void put(long offset, long length, @Nullable ByteBuffer content) throws IOException, InterruptedException {
        heldSince.put(Thread.currentThread(), System.nanoTime());
        try {
            synchronized (window) {
                while (!window.admits(content == null ? 0 : length)) {
                    window.checkFailure();
                    window.wait();
                }
                long sequence = window.put(offset, length, content);
                while (window.synchronous() && confirmed < sequence) {
                    window.checkFailure();
                    window.wait();
                }
            }
        } catch (IOException e) {
            window.fail(e);
            throw e;
        } finally {
            heldSince.remove(Thread.currentThread());
        }
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        throw new IOException("a mirror's gateway has nothing to read");
    }

    /** QEMU 7.2 forwards none; what the source's disk reads as after it is not known here. */
    @Override
    public void trim(long offset, long length, boolean durable) throws IOException {
        var refusal = new IOException("a discard cannot be mirrored");
        window.fail(refusal);
        throw refusal;
    }

    /** The source is the truth until the guest runs elsewhere: durability at the destination is the algorithm's matter. */
    @Override
    public void flush() throws IOException {
        window.checkFailure();
    }

    @Override
    public void disconnected() {
        synchronized (window) {
            if (!expectsEnd) {
                window.fail(new IOException("QEMU left the gateway"));
            }
        }
    }

    // --- the destination's side --------------------------------------------------------------------------------------

    private void sendAll() {
        try {
            while (true) {
                long sequence = awaitWrite();
                if (window.synchronous()) {
                    target.sendUpTo(window, sequence);
                    target.flush();
                    confirm(sequence);
                } else {
                    boolean _ = target.sendMirrored(window);
                }
            }
        } catch (IOException e) {
            window.fail(e);
        } catch (InterruptedException e) {
            window.fail(new IOException("the mirror's thread was interrupted", e));
        } catch (RuntimeException | Error e) { // top of the thread: the guest must not wait for it
            LOG.error("a defect in a mirror", e);
            window.fail(new IOException("a defect: " + e, e));
        } finally {
            closeServer();
        }
    }

    private long awaitWrite() throws IOException, InterruptedException {
        synchronized (window) {
            while (window.synchronous() ? window.sequence() <= confirmed : window.isEmpty()) {
                window.checkFailure();
                window.wait();
            }
            return window.sequence();
        }
    }

    private void confirm(long sequence) {
        synchronized (window) {
            confirmed = sequence;
            window.notifyAll();
        }
    }

    private void watch(Runnable onHold) {
        try {
            while (!failed()) {
                Thread.sleep(LOOK_EVERY);
                long now = System.nanoTime();
                boolean held = heldSince.values().stream().anyMatch(since -> now - since > holdMax.toNanos());
                if (held) {
                    window.fail(
                            new IOException("a write of the guest waited for more than " + holdMax.toMillis() + " ms"));
                    closeServer();
                    onHold.run();
                }
            }
        } catch (InterruptedException e) {
            window.fail(new IOException("the mirror's watchdog was interrupted", e));
        } catch (RuntimeException | Error e) { // top of the thread: without it the guest may wait for ever
            LOG.error("a defect in a mirror's watchdog", e);
            window.fail(new IOException("a defect: " + e, e));
        }
        closeServer();
    }

    boolean failed() {
        try {
            window.checkFailure();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private void closeServer() {
        NbdServer present;
        synchronized (window) {
            present = server;
        }
        if (present != null) {
            try {
                present.close();
            } catch (IOException e) {
                LOG.warn("closing a mirror's gateway: {}", e.toString());
            }
        }
    }

    /** QEMU's requests fail at once; what was not sent is forgotten. */
    @Override
    public void close() {
        window.fail(new IOException("it was ended"));
        closeServer();
    }
}
