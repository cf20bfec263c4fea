package io.drover.worker.nbd.server;

import static io.drover.worker.nbd.NbdProtocol.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client: a thread reads its requests, each request is carried out by a thread of its own, up to a bound. */
final class ClientConnection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ClientChannel client;
    private final String export;
    private final NbdBackend backend;
    private final NbdServerLimits limits;
    private final Semaphore room;
    private final Set<Thread> workers = ConcurrentHashMap.newKeySet();
    private volatile boolean negotiated;
    private volatile boolean closed;

    ClientConnection(ClientChannel client, String export, NbdBackend backend, NbdServerLimits limits) {
        this.client = client;
        this.export = export;
        this.backend = backend;
        this.limits = limits;
        this.room = new Semaphore(limits.requestsInFlight());
    }

    /** Serves the client until it leaves or is closed. */
    void serve() throws InterruptedException {
        try {
            var negotiation = new Negotiation(client, export, backend.size(), limits.payloadBytes());
            if (negotiation.succeeds()) {
                negotiated = true;
                transmit();
                // The client has said good-bye: what it has asked for is carried out still.
                room.acquire(limits.requestsInFlight());
            }
        } catch (AsynchronousCloseException e) {
            LOG.debug("export {}: closed", export);
        } catch (IOException e) {
            LOG.warn("export {}: the connection ends: {}", export, e.getMessage());
        } finally {
            close();
            if (negotiated) {
                backend.disconnected();
            }
        }
    }

    boolean negotiated() {
        return negotiated;
    }

    private void transmit() throws IOException, InterruptedException {
        while (true) {
            ByteBuffer header = client.readOrEnd(Request.HEADER_BYTES);
            if (header == null) {
                return;
            }
            Request request = Request.parse(header);
            if (request.command() == CMD_DISC) {
                return;
            }
            take(request);
        }
    }

    private void take(Request request) throws IOException, InterruptedException {
        int error = request.error(backend.size(), limits.payloadBytes());
        if (error != 0) {
            client.skip(request.payload());
            reply(request, error, NOTHING);
            return;
        }
        room.acquire();
        boolean begun = false;
        try {
            ByteBuffer payload = payload(request);
            Thread worker =
                    Thread.ofVirtual().name("nbd-request-" + export).unstarted(() -> carryOut(request, payload));
            workers.add(worker);
            worker.start();
            begun = true;
        } finally {
            if (!begun) {
                // The exception ends the connection, so the client does not wait for this request.
                room.release();
            }
        }
        if (closed) {
            interruptWorkers();
        }
    }

    private ByteBuffer payload(Request request) throws IOException {
        if (request.payload() == 0) {
            return NOTHING;
        }
        ByteBuffer payload = ByteBuffer.allocate((int) request.payload());
        client.fill(payload);
        return payload.flip();
    }

    private void carryOut(Request request, ByteBuffer payload) {
        try {
            answer(request, payload);
        } catch (AsynchronousCloseException e) {
            LOG.debug("export {}: closed before the answer", export);
        } catch (IOException e) {
            LOG.debug("export {}: the answer could not be sent: {}", export, e.toString());
            close();
        } catch (InterruptedException | RuntimeException | Error e) {
            close(); // an unanswered request must not be waited for
        } finally {
            workers.remove(Thread.currentThread());
            room.release();
        }
    }

    private void answer(Request request, ByteBuffer payload) throws IOException, InterruptedException {
        ByteBuffer content = NOTHING;
        int error = 0;
        try {
            content = execute(request, payload);
        } catch (IOException e) {
            LOG.warn("export {}: {}: {}", export, request, e.toString());
            error = EIO;
        } catch (RuntimeException | Error e) { // top of the thread: the client must hear of it
            LOG.error("export {}: {}: a defect", export, request, e);
            error = EIO;
        }
        reply(request, error, content);
    }

    /** Returns what is to be sent back. */
    private ByteBuffer execute(Request request, ByteBuffer payload) throws IOException, InterruptedException {
        long offset = request.offset();
        long length = request.length();
        switch (request.command()) {
            case CMD_READ -> {
                ByteBuffer content = ByteBuffer.allocate((int) length);
                backend.read(offset, content);
                return content.clear();
            }
            case CMD_WRITE -> backend.write(offset, payload, request.durable());
            case CMD_WRITE_ZEROES -> backend.zero(offset, length, request.durable());
            case CMD_TRIM -> backend.trim(offset, length, request.durable());
            case CMD_FLUSH -> backend.flush();
            case CMD_CACHE -> backend.cache(offset, length);
            default -> throw new IllegalStateException("command " + request.command() + " was let through");
        }
        return NOTHING;
    }

    private void reply(Request request, int error, ByteBuffer content) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES);
        header.putInt(SIMPLE_REPLY_MAGIC).putInt(error).putLong(request.cookie());
        client.send(header.flip(), content);
    }

    /** At once, whatever is under way: the client gets no further answer and sees the end of the stream. */
    @Override
    public void close() {
        closed = true;
        client.close();
        interruptWorkers();
    }

    private void interruptWorkers() {
        Thread self = Thread.currentThread();
        workers.stream().filter(worker -> worker != self).forEach(Thread::interrupt);
    }
}
