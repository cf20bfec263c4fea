package io.drover.worker.libvirt.rpc;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrItem;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Calls of libvirt's programs (virnetprotocol.x). Safe for several threads, whose calls run side by side; the daemon
 * works on five of a connection at once ({@code max_client_requests}).
 *
 * <p>A call that is refused, is not answered in time or whose caller is interrupted leaves the connection as it is. To
 * close it is a statement: libvirt ends the incoming migrations that were prepared over it. For the same reason
 * keepalive is answered and not asked for: the daemon would close the connection of a process that was stopped for half
 * a minute.
 */
public final class RpcConnection implements AutoCloseable {
    /** {@code REMOTE_STRING_MAX}, and the most of a migration's cookie (remote_protocol.x). */
    public static final int STRING_BYTES_MAX = 4 << 20;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();
    private static final long PONG_NANOS_MAX = 5_000_000_000L;

    private final RpcSocket socket;
    private final RpcMessages messages;
    private final ReentrantLock sending = new ReentrantLock();
    private final AtomicInteger serials = new AtomicInteger();
    /** By serial. A call whose caller left stays until its answer comes. */
    private final Map<Integer, PendingCall> pending = new ConcurrentHashMap<>();

    private final AtomicReference<@Nullable IOException> end = new AtomicReference<>();

    private record PendingCall(Procedure procedure, CompletableFuture<Reply> reply) {}

    private record Reply(int status, ByteBuffer payload) {}

    private RpcConnection(RpcSocket socket, RpcMessages messages) {
        this.socket = socket;
        this.messages = messages;
    }

    /** Connects to the daemon's socket. */
    public static RpcConnection connect(Path socket, RpcMessages messages) throws IOException {
        var connection = new RpcConnection(RpcSocket.connect(socket), messages);
        Thread.ofPlatform().daemon().name("libvirt-reader").start(connection::receive);
        return connection;
    }

    /**
     * Calls a procedure.
     *
     * @param answer reads all of what the procedure returns
     * @param limit for all of it
     * @throws LibvirtException libvirt refused
     * @throws LibvirtTimeoutException no answer in time
     * @throws LibvirtConnectionException the connection broke
     * @throws XdrException the answer is malformed
     */
    public <T> T call(Procedure procedure, XdrWriter arguments, XdrItem<T> answer, Duration limit)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + limit.toNanos();
        int serial = serials.incrementAndGet();
        ByteBuffer frame = RpcHeader.call(procedure, serial).frame(arguments.written());
        if (frame.limit() > RpcSocket.FRAME_BYTES_MAX) {
            throw new XdrException(procedure + ": " + frame.limit() + " bytes are more than libvirt takes");
        }
        var call = new PendingCall(procedure, new CompletableFuture<>());
        pending.put(serial, call);
        boolean sent = false;
        try {
            requireOpen(procedure);
            sent = send(frame, endNanos);
        } finally {
            if (!sent) {
                pending.remove(serial);
            }
        }
        Reply reply = sent ? await(call, endNanos) : null;
        if (reply == null) {
            requireOpen(procedure);
            throw new LibvirtTimeoutException("libvirt did not " + (sent ? "answer " : "take ") + procedure + " within "
                    + limit + (sent ? "; whether it takes effect is not known" : ""));
        }
        return result(procedure, reply, answer);
    }

    private static <T> T result(Procedure procedure, Reply reply, XdrItem<T> answer) throws IOException {
        var payload = new XdrReader(reply.payload(), STRING_BYTES_MAX);
        try {
            if (reply.status() == RpcHeader.ERROR) {
                throw LibvirtException.read(procedure, payload);
            }
            T result = answer.read(payload);
            payload.end();
            return result;
        } catch (XdrException e) {
            throw new XdrException("malformed answer to " + procedure + ": " + e.getMessage());
        }
    }

    /** @return false: the deadline came first, or the connection is over */
    private boolean send(ByteBuffer frame, long endNanos) throws InterruptedException {
        if (!sending.tryLock(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        try {
            return socket.send(frame, endNanos);
        } catch (IOException | ClosedSelectorException e) {
            fail(e);
            return false;
        } finally {
            sending.unlock();
        }
    }

    private static @Nullable Reply await(PendingCall call, long endNanos) throws IOException, InterruptedException {
        try {
            return call.reply().get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw ended(call.procedure(), Objects.requireNonNullElse(e.getCause(), e));
        }
    }

    private void requireOpen(Procedure procedure) throws LibvirtConnectionException {
        IOException reason = end.get();
        if (reason != null) {
            throw ended(procedure, reason);
        }
    }

    private static LibvirtConnectionException ended(Procedure procedure, Throwable reason) {
        return new LibvirtConnectionException(
                procedure + ": the connection to libvirt is over: " + reason.getMessage(), reason);
    }

    public boolean isOpen() {
        return end.get() == null;
    }

    private void receive() {
        try {
            while (true) {
                take(socket.receive());
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private void take(ByteBuffer frame) throws IOException {
        RpcHeader header = RpcHeader.read(frame);
        if (header.version() != Program.VERSION) {
            throw new IOException("a frame of version " + header.version());
        }
        switch (header.type()) {
            case RpcHeader.REPLY -> answer(header, frame);
            case RpcHeader.MESSAGE -> takeMessage(header, frame);
            case RpcHeader.STREAM -> {
                // Of no call of ours; libvirt's own clients ignore it, too.
            }
            default -> throw new IOException("a frame of type " + header.type());
        }
    }

    private void answer(RpcHeader header, ByteBuffer payload) throws IOException {
        PendingCall call = pending.remove(header.serial());
        if (call == null || !call.procedure().is(header.program(), header.procedure())) {
            throw new IOException("an answer to no call of ours (serial " + header.serial() + ", procedure "
                    + header.procedure() + ")");
        }
        if (header.status() != RpcHeader.OK && header.status() != RpcHeader.ERROR) {
            throw new IOException("an answer with status " + header.status());
        }
        call.reply().complete(new Reply(header.status(), payload));
    }

    private void takeMessage(RpcHeader header, ByteBuffer payload) throws IOException {
        if (header.program() == Program.KEEPALIVE && header.procedure() == Program.KEEPALIVE_PING) {
            pong();
        } else if (header.program() == Program.REMOTE) {
            messages.take(header.procedure(), new XdrReader(payload, STRING_BYTES_MAX));
        }
    }

    private void pong() {
        try {
            send(
                    RpcHeader.message(Program.KEEPALIVE, Program.KEEPALIVE_PONG).frame(NOTHING.duplicate()),
                    System.nanoTime() + PONG_NANOS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the connection for everybody; only the first reason counts. */
    private void fail(Exception reason) {
        String why = Objects.requireNonNullElse(reason.getMessage(), reason.toString());
        var failure = new LibvirtConnectionException(why, reason);
        if (!end.compareAndSet(null, failure)) {
            return;
        }
        try {
            socket.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        pending.values().forEach(call -> call.reply().completeExceptionally(failure));
    }

    @Override
    public void close() {
        fail(new LibvirtConnectionException("it was closed here"));
    }
}
