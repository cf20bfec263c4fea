package io.drover.worker.peer.client;

import io.drover.messages.Failure;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.call.CallCodec;
import io.drover.worker.peer.call.ControlPayload;
import io.drover.worker.peer.call.PeerCall;
import io.drover.worker.peer.channel.FrameConnection;
import io.drover.worker.peer.channel.Packer;
import io.drover.worker.peer.channel.PeerEndedException;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.channel.SessionFailure;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntConsumer;

/** One connection of a session as the client sees it: it sends, and a thread of its own takes the answers. */
final class ClientLink {
    /** Far more than a VM's disks can have under way (16 requests each, and what a new session asks again). */
    private static final int FETCHES_MAX = 1 << 16;

    private final FrameConnection connection;
    private final SessionFailure breakage;
    private final Clock clock;
    private final Outbox outbox;
    private final LinkLimiter unpaced;
    private final Pending<ControlPayload> calls;
    private final Pending<Boolean> flushes;
    private final BlockingQueue<Frame.Fetch> fetches = new LinkedBlockingQueue<>(FETCHES_MAX);

    ClientLink(FrameConnection connection, SessionFailure breakage, Clock clock) {
        this.connection = connection;
        this.clock = clock;
        this.outbox = new Outbox(breakage);
        this.unpaced = new LinkLimiter(clock, LinkLimiter.UNLIMITED);
        this.breakage = breakage;
        this.calls = new Pending<>(breakage);
        this.flushes = new Pending<>(breakage);
        breakage.onBreak(connection::close);
    }

    void start(String name) {
        Thread.ofVirtual().name(name).start(this::receiveAll);
    }

    /** As {@link #start}, for one of several connections that carry data and share the link. */
    void startWithData(String name, int connections) {
        start(name);
        // A platform thread: packing would hold a virtual one's carrier.
        Thread sender = Thread.ofPlatform().daemon().name(name + "-send").start(() -> sendAll(connections));
        breakage.onBreak(sender::interrupt);
    }

    /** Sends a call and waits for its answer. */
    <R> R call(PeerCall<R> call, ByteBuffer bytes, Duration limit) throws IOException, InterruptedException {
        return ask(call, bytes).await(limit);
    }

    /** A call that was sent. */
    @FunctionalInterface
    interface Asked<R> {
        /** Once. */
        R await(Duration limit) throws IOException, InterruptedException;
    }

    /** Sends a call; its answer is waited for later, once. */
    <R> Asked<R> ask(PeerCall<R> call, ByteBuffer bytes) throws IOException, InterruptedException {
        ByteBuffer payload = CallCodec.encode(call, bytes);
        breakage.check();
        long number = calls.begin();
        try {
            sendOrBreak(new Frame.Request(number, payload));
        } catch (IOException | InterruptedException | RuntimeException e) {
            calls.forget(number);
            throw e;
        }
        return limit -> {
            try {
                return CallCodec.result(calls.await(number, limit, "call '" + CallCodec.name(call) + "'"), call);
            } finally {
                calls.forget(number);
            }
        };
    }

    /**
     * Takes data to be sent at the pace of the limiter, after what was taken before; copies the content and blocks
     * while too much is waiting. This is the only way for data into the stream.
     *
     * @param sent told how many bytes went out, by the thread that sends
     */
    void send(Frame frame, LinkLimiter limiter, IntConsumer sent) throws IOException, InterruptedException {
        outbox.put(frame, limiter, sent);
    }

    /** Asks for durability; {@link #awaitFlushed} waits for it. */
    long flush(int disk) throws IOException, InterruptedException {
        breakage.check();
        long number = flushes.begin();
        outbox.put(new Frame.Flush(disk, number), unpaced, _ -> {});
        return number;
    }

    void awaitFlushed(long number, Duration limit) throws IOException, InterruptedException {
        boolean _ = flushes.await(number, limit, "flush");
    }

    void ping(long number) throws IOException, InterruptedException {
        sendOrBreak(new Frame.Ping(number));
    }

    /** Why this connection must be given up, if it must. */
    Optional<String> complaint(PeerTimes times, boolean talkative) {
        if (talkative && connection.silence().compareTo(times.silence()) > 0) {
            return Optional.of(
                    "the peer has been silent for " + connection.silence().toMillis() + " ms");
        }
        if (connection.stalled().compareTo(times.stall()) > 0) {
            return Optional.of(
                    "the peer has taken no data for " + connection.stalled().toMillis() + " ms");
        }
        return Optional.empty();
    }

    private void sendOrBreak(Frame frame) throws IOException, InterruptedException {
        try {
            connection.send(frame);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** An interrupt closes a socket (java.nio); the interrupted thread hears of the interrupt. */
    private IOException broken(IOException e) throws InterruptedException {
        breakage.fail(e);
        if (e instanceof ClosedByInterruptException) {
            boolean _ = Thread.interrupted();
            throw new InterruptedException("interrupted while sending to the peer");
        }
        return breakage.because(e);
    }

    private void sendAll(int connections) {
        try (var packer = new Packer(clock)) {
            while (!breakage.broken()) {
                sendNext(packer, connections);
            }
        } catch (IOException e) {
            breakage.fail(e);
        } catch (InterruptedException e) {
            // A frame may be half sent: nothing can follow it. Most often the session is over already.
            breakage.fail(new IOException("the session ended because its sender was interrupted", e));
        } catch (RuntimeException | Error e) { // top of the thread: whoever waits must hear of it
            breakage.fail(new IOException("defect while sending to the peer: " + e, e));
        }
    }

    private void sendNext(Packer packer, int connections) throws IOException, InterruptedException {
        Outbox.Parcel parcel = outbox.take();
        try {
            parcel.sent().accept(packer.send(parcel.frame(), connection, parcel.limiter(), connections));
        } finally {
            outbox.done(parcel);
        }
    }

    private void receiveAll() {
        try {
            while (true) {
                Frame frame = connection.receive();
                if (frame == null) {
                    throw new EOFException("the peer closed the connection");
                }
                take(frame);
            }
        } catch (IOException e) {
            breakage.fail(e);
        } catch (RuntimeException | Error e) { // top of the thread: whoever waits must hear of it
            breakage.fail(new IOException("defect in the peer protocol: " + e, e));
        }
    }

    private void take(Frame frame) throws IOException {
        switch (frame) {
            case Frame.Answer f -> calls.answer(f.number(), ControlPayload.decode(f.payload()));
            case Frame.Flushed f -> flushes.answer(f.number(), true);
            case Frame.Pong _ -> {} // that it came is all it says
            case Frame.Fetch f -> {
                if (!fetches.offer(f)) {
                    throw new WireException("more than " + FETCHES_MAX + " fetches wait");
                }
            }
            case Frame.Ended f -> {
                var failure = ControlPayload.decode(f.payload()).as(Failure.class);
                throw new PeerEndedException(failure.message());
            }
            case Frame.Data _, Frame.Packed _, Frame.Zero _, Frame.Flush _, Frame.Request _, Frame.Ping _ ->
                throw new WireException("a client does not take frames such as "
                        + frame.getClass().getSimpleName());
        }
    }

    /** The next range that the peer asks for; waits for one. */
    Frame.Fetch nextFetch() throws InterruptedException {
        return fetches.take();
    }
}
