package io.drover.worker.peer.server;

import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.call.ControlPayload;
import io.drover.worker.peer.channel.Deadline;
import io.drover.worker.peer.channel.FrameConnection;
import io.drover.worker.peer.channel.MemoryStream;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.channel.SessionFailure;
import io.drover.worker.peer.channel.Unpacker;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session as the server sees it: a control connection with calls, and data connections that fill images. */
final class ServerSession {
    private static final Logger LOG = LoggerFactory.getLogger(ServerSession.class);
    private static final int CALLS_MAX = 16;
    private static final Duration WATCH_EVERY = Duration.ofMillis(250);
    private static final Duration POLL = Duration.ofMillis(10);

    /** For the client to read why the session ended before its socket is reset. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final MigrationId migration;
    private final UUID id;
    private final FrameConnection control;
    private final PeerTimes times;
    private final Clock clock;
    private final DestinationDirectory directory;
    private final SessionDisks disks;
    private final CallDispatch dispatch;
    private final SessionFailure breakage = new SessionFailure();
    private final Semaphore calls = new Semaphore(CALLS_MAX);
    private final AtomicInteger writers = new AtomicInteger();
    private volatile @Nullable ServerSession predecessor;

    ServerSession(
            MigrationId migration,
            UUID id,
            FrameConnection control,
            DestinationDirectory directory,
            PeerServer.Settings settings,
            Clock clock) {
        this.migration = migration;
        this.id = id;
        this.control = control;
        this.times = settings.times();
        this.clock = clock;
        this.directory = directory;
        this.disks = new SessionDisks(migration, directory, settings.syncEveryBytes(), control::send);
        this.dispatch = new CallDispatch(migration, directory, disks);
    }

    UUID id() {
        return id;
    }

    /**
     * Ends the session that this one takes the place of and waits until it writes no more: its data may still be under
     * way and must not land over newer data. False when it would not end in time.
     */
    boolean replace(@Nullable ServerSession older, Duration limit) throws InterruptedException {
        predecessor = older;
        if (older != null) {
            older.end("a newer session of the same migration took its place");
        }
        return clock.await(this::alone, limit, POLL);
    }

    /** Takes calls until the session ends. */
    void serve() {
        breakage.onBreak(control::close);
        breakage.onBreak(disks::disconnect);
        writers.incrementAndGet(); // an offer may come in at any moment
        Thread watch = Thread.ofVirtual().name("peer-watch-" + migration).start(this::watch);
        breakage.onBreak(watch::interrupt);
        try {
            for (Frame frame = control.receive(); frame != null; frame = control.receive()) {
                take(frame);
            }
            breakage.fail(new IOException("the source closed the session"));
        } catch (WireException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            breakage.fail(e);
        } catch (RuntimeException | Error e) { // top of the thread: the source must hear of it
            LOG.error("migration {}: defect while taking calls", migration, e);
            fail("the destination has a defect: " + e);
        } finally {
            writers.decrementAndGet();
            LOG.info(
                    "migration {}: session over: {}",
                    migration,
                    FileProblem.told(breakage.because(new IOException("ended"))));
        }
    }

    /** Takes data until the connection ends; whatever goes wrong ends the session. */
    void serveData(FrameConnection connection) throws InterruptedException {
        Optional<String> failure = Optional.empty();
        writers.incrementAndGet();
        try {
            breakage.onBreak(connection::close); // at once, when the session is over already
            breakage.check();
            takeAllData(connection);
        } catch (IOException e) {
            failure = Optional.of(FileProblem.told(e));
        } catch (InterruptedException e) {
            failure = Optional.of("the destination's worker is stopping");
        } catch (RuntimeException | Error e) { // top of the thread: the source must hear of it
            LOG.error("migration {}: defect while receiving data", migration, e);
            failure = Optional.of("the destination has a defect: " + e);
        } finally {
            writers.decrementAndGet();
        }
        if (failure.isPresent()) {
            fail(failure.get());
            // Were this connection closed first, the source would hear of that and not of the reason.
            boolean _ = clock.await(breakage::broken, LAST_WORDS, POLL);
        }
        connection.close();
    }

    private void takeAllData(FrameConnection connection) throws IOException, InterruptedException {
        try (var unpacker = new Unpacker()) {
            for (Frame frame = connection.receive(); frame != null; frame = connection.receive()) {
                takeData(connection, frame instanceof Frame.Packed packed ? unpacker.unpack(packed) : frame);
            }
        }
    }

    /** Carries memory between the source's hypervisor and this host's, which see by themselves how that ends. */
    void serveMemory(FrameConnection connection) throws InterruptedException {
        breakage.onBreak(connection::close);
        try (SocketChannel hypervisor = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            hypervisor.connect(UnixDomainSocketAddress.of(directory.memorySocket(migration)));
            try (var stream =
                    new MemoryStream(hypervisor, connection, new LinkLimiter(clock, LinkLimiter.UNLIMITED), clock)) {
                breakage.onBreak(stream::close);
                stream.carry();
            }
        } catch (IOException e) {
            LOG.info("migration {}: memory: {}", migration, FileProblem.told(e));
        } finally {
            connection.close();
        }
    }

    void end(String why) {
        breakage.fail(new IOException(why));
    }

    /** Whether it has ended and writes no more. */
    boolean over() {
        return breakage.broken() && writers.get() == 0 && alone();
    }

    private boolean alone() {
        ServerSession older = predecessor;
        if (older == null || (older.writers.get() == 0 && older.alone())) {
            predecessor = null;
            return true;
        }
        return false;
    }

    /** Tells the source why before the connection goes. */
    private void fail(String why) {
        if (breakage.broken()) {
            return;
        }
        LOG.warn("migration {}: {}", migration, why);
        Deadline _ = Deadline.after(LAST_WORDS, clock, () -> end(why));
        try {
            var failure = new Failure(Failure.Kind.RETRYABLE, why);
            control.send(new Frame.Ended(ControlPayload.encode(failure, Frame.NOTHING)));
            control.endSending();
        } catch (IOException e) {
            end(why);
        }
    }

    private void take(Frame frame) throws IOException {
        switch (frame) {
            case Frame.Ping ping -> control.send(new Frame.Pong(ping.number()));
            case Frame.Request request -> begin(request.number(), ControlPayload.decode(request.payload()));
            case Frame.Data _,
                    Frame.Packed _,
                    Frame.Zero _,
                    Frame.Flush _,
                    Frame.Flushed _,
                    Frame.Answer _,
                    Frame.Ended _,
                    Frame.Pong _,
                    Frame.Fetch _ -> throw unexpected(frame, "control");
        }
    }

    private void takeData(FrameConnection connection, Frame frame) throws IOException, InterruptedException {
        switch (frame) {
            case Frame.Data data -> onDisk(data.disk(), image -> image.write(data.offset(), data.payload()));
            case Frame.Zero zero -> onDisk(zero.disk(), image -> image.zero(zero.offset(), zero.length()));
            case Frame.Flush flush -> {
                onDisk(flush.disk(), WriteBack::flush);
                connection.send(new Frame.Flushed(flush.disk(), flush.number()));
            }
            case Frame.Packed _,
                    Frame.Request _,
                    Frame.Flushed _,
                    Frame.Answer _,
                    Frame.Ended _,
                    Frame.Ping _,
                    Frame.Pong _,
                    Frame.Fetch _ -> throw unexpected(frame, "data");
        }
    }

    @FunctionalInterface
    private interface DiskAction {
        void on(WriteBack image) throws IOException, InterruptedException;
    }

    private void onDisk(int index, DiskAction action) throws IOException, InterruptedException {
        try {
            action.on(disks.at(index));
        } catch (IOException e) {
            throw new IOException(disks.name(index) + ": " + FileProblem.told(e), e);
        }
    }

    private static WireException unexpected(Frame frame, String where) {
        return new WireException(
                "frame " + frame.getClass().getSimpleName() + " does not belong on a " + where + " connection");
    }

    private void begin(long number, ControlPayload request) throws IOException {
        if (!calls.tryAcquire()) {
            throw new WireException("more than " + CALLS_MAX + " calls at once");
        }
        // What an offer writes must not land over what a later session sends.
        int writing = CallDispatch.writes(request) ? 1 : 0;
        writers.addAndGet(writing);
        boolean begun = false;
        try {
            Thread.ofVirtual().name("peer-call-" + migration).start(() -> carryOut(number, request, writing));
            begun = true;
        } finally {
            if (!begun) {
                ended(writing);
            }
        }
    }

    private void carryOut(long number, ControlPayload request, int writing) {
        try {
            control.send(new Frame.Answer(number, dispatch.answer(request)));
        } catch (IOException e) {
            breakage.fail(e);
        } catch (InterruptedException e) {
            end("the destination's worker is stopping");
        } catch (RuntimeException | Error e) { // top of the thread: the source must not wait for its answer
            LOG.error("migration {}: a call of the source is not answered", migration, e);
            fail("the destination has a defect: " + e);
        } finally {
            ended(writing);
        }
    }

    private void ended(int writing) {
        calls.release();
        writers.addAndGet(-writing);
    }

    private void watch() {
        try {
            while (!breakage.broken()) {
                clock.sleep(WATCH_EVERY);
                if (control.silence().compareTo(times.silence()) > 0) {
                    end("the source has been silent for " + control.silence().toMillis() + " ms");
                }
                if (control.stalled().compareTo(times.stall()) > 0) {
                    end("the source has taken nothing for " + control.stalled().toMillis() + " ms");
                }
            }
        } catch (InterruptedException e) {
            // The session is over.
        }
    }
}
