package io.drover.worker.peer.tcp;

import io.drover.messages.json.DroverJson;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.Optional;

/** One connection of a session as the client sees it: it sends, and a thread of its own takes the answers. */
final class ClientLink {
    private final FrameConnection connection;
    private final Breakage breakage;
    private final Pending<ControlPayload> calls;
    private final Pending<Boolean> flushes;

    ClientLink(FrameConnection connection, Breakage breakage) {
        this.connection = connection;
        this.breakage = breakage;
        this.calls = new Pending<>(breakage);
        this.flushes = new Pending<>(breakage);
        breakage.onBreak(connection::close);
    }

    void start(String name) {
        Thread.ofVirtual().name(name).start(this::receiveAll);
    }

    /** Sends a call and waits for its answer. */
    ControlPayload call(ControlPayload.Call call, ByteBuffer bytes, Duration limit)
            throws IOException, InterruptedException {
        ByteBuffer payload = ControlPayload.encode(call, bytes);
        breakage.check();
        long number = calls.begin();
        try {
            sendOrBreak(new Frame.Request(number, payload));
            return calls.await(number, limit, "call '" + call.call() + "'");
        } finally {
            calls.forget(number);
        }
    }

    /** Sends data at the pace of the limiter; returns how many bytes went out. */
    int send(Frame frame, LinkLimiter limiter) throws IOException, InterruptedException {
        breakage.check();
        try {
            return connection.send(frame, limiter);
        } catch (InterruptedException e) {
            // The frame may be half sent: nothing else can follow it.
            breakage.fail(new IOException("the session ended because a sender was interrupted", e));
            throw e;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /** Asks for durability; {@link #awaitFlushed} waits for it. */
    long flush(int disk) throws IOException, InterruptedException {
        breakage.check();
        long number = flushes.begin();
        sendOrBreak(new Frame.Flush(disk, number));
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
        } catch (RuntimeException e) { // top of the thread: whoever waits must hear of it
            breakage.fail(new IOException("defect in the peer protocol: " + e, e));
        }
    }

    private void take(Frame frame) throws IOException {
        switch (frame) {
            case Frame.Answer f -> calls.answer(f.number(), ControlPayload.decode(f.payload()));
            case Frame.Flushed f -> flushes.answer(f.number(), true);
            case Frame.Pong _ -> {} // that it came is all it says
            case Frame.Ended f -> {
                var failure = ControlPayload.decode(f.payload()).as(io.drover.messages.Failure.class);
                throw new IOException("the peer ended the session: " + failure.message());
            }
            case Frame.Data _, Frame.Zero _, Frame.Flush _, Frame.Request _, Frame.Ping _ ->
                throw new WireException("a client does not take frames such as "
                        + frame.getClass().getSimpleName());
        }
    }

    static <T> T result(ControlPayload answer, Class<T> type) throws IOException {
        return ControlPayload.convert(reply(answer).result(), type);
    }

    /** The answer's document, when it is neither refused nor failed. */
    static ControlPayload.Reply reply(ControlPayload answer) throws IOException {
        var reply = DroverJson.mapper().treeToValue(answer.json(), ControlPayload.Reply.class);
        if (reply.refused() != null) {
            throw new io.drover.worker.peer.PeerRefusedException(reply.refused());
        }
        if (reply.failed() != null) {
            throw new IOException("the destination failed: " + reply.failed());
        }
        return reply;
    }
}
