package io.drover.worker.nbd;

import static io.drover.worker.nbd.NbdProtocol.*;

import io.drover.worker.nbd.NbdTransmission.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads with several requests in flight, on one thread: as long as there is room a request goes out, then a chunk is
 * taken in. Requests are 28 bytes, so sending never waits for the server to be read from.
 */
final class NbdReader {
    /** Bounds the memory of one connection. */
    private static final int BYTES_IN_FLIGHT_MAX = 16 << 20;

    private final NbdWire wire;
    private final NbdTransmission transmission;
    private final Map<Long, PendingRead> pending = new HashMap<>();
    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
    private int bufferBytes;

    NbdReader(NbdWire wire, NbdTransmission transmission) {
        this.wire = wire;
        this.transmission = transmission;
    }

    void read(Iterator<NbdRange> ranges, int rangeBytesMax, NbdContent consumer)
            throws IOException, InterruptedException {
        int depth = Math.clamp(BYTES_IN_FLIGHT_MAX / rangeBytesMax, 1, REQUESTS_IN_FLIGHT_MAX);
        prepareBuffers(rangeBytesMax);
        NbdRequestException failure = null;
        while (!pending.isEmpty() || (failure == null && ranges.hasNext())) {
            while (failure == null && pending.size() < depth && ranges.hasNext()) {
                ask(ranges.next());
            }
            PendingRead complete = takeChunk();
            if (complete != null) {
                failure = finish(complete, failure, consumer);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    boolean idle() {
        return pending.isEmpty();
    }

    private void prepareBuffers(int bytes) {
        if (bufferBytes < bytes) {
            buffers.clear();
            bufferBytes = bytes;
        }
    }

    private void ask(NbdRange range) throws IOException, InterruptedException {
        if (range.length() > bufferBytes) {
            throw new IllegalArgumentException(
                    "a range of " + range.length() + " bytes, " + bufferBytes + " announced");
        }
        ByteBuffer free = buffers.poll();
        ByteBuffer buffer = free == null ? ByteBuffer.allocateDirect(bufferBytes) : free;
        if (pending.isEmpty()) {
            wire.restartDeadline();
        }
        long cookie = transmission.request(CMD_READ, range.offset(), range.length());
        pending.put(cookie, new PendingRead(range.offset(), range.length(), buffer));
    }

    /** Hands the content over; returns the first failure so far. */
    private @Nullable NbdRequestException finish(
            PendingRead read, @Nullable NbdRequestException earlier, NbdContent consumer)
            throws IOException, InterruptedException {
        NbdRequestException failure = earlier == null ? read.failure() : earlier;
        if (failure == null) {
            consumer.accept(read.offset(), read.content());
        }
        buffers.add(read.buffer());
        // The consumer's time, for example waiting for the network, is not the server's.
        wire.restartDeadline();
        return failure;
    }

    /** Takes one chunk or simple reply in; returns the read that it completed. */
    private @Nullable PendingRead takeChunk() throws IOException, InterruptedException {
        Reply reply = transmission.next();
        PendingRead read = pending.get(reply.cookie());
        if (read == null) {
            throw new NbdProtocolException("an answer to no request of ours");
        }
        if (reply.simple()) {
            takeSimple(reply, read);
        } else {
            takeStructured(reply, read);
        }
        if (reply.done()) {
            pending.remove(reply.cookie());
            return read;
        }
        return null;
    }

    private void takeSimple(Reply reply, PendingRead read) throws IOException, InterruptedException {
        if (transmission.structured()) {
            throw new NbdProtocolException("a simple reply to a read although structured replies were negotiated");
        }
        if (reply.type() == 0) {
            wire.fill(read.claim(read.offset(), read.length()));
        } else {
            read.fail(new NbdRequestException(describe(read), reply.type(), ""));
        }
    }

    private void takeStructured(Reply reply, PendingRead read) throws IOException, InterruptedException {
        if (reply.error()) {
            read.fail(transmission.readError(describe(read), reply));
        } else if (reply.type() == CHUNK_OFFSET_DATA) {
            takeData(reply, read);
        } else if (reply.type() == CHUNK_OFFSET_HOLE) {
            takeHole(reply, read);
        } else if (reply.type() != CHUNK_NONE || reply.length() != 0 || !reply.done()) {
            throw new NbdProtocolException("a chunk of type " + reply.type() + " in answer to a read");
        }
    }

    private void takeData(Reply reply, PendingRead read) throws IOException, InterruptedException {
        if (reply.length() <= Long.BYTES) {
            throw new NbdProtocolException("a data chunk without data");
        }
        long offset = wire.readLong();
        wire.fill(read.claim(offset, reply.length() - Long.BYTES));
    }

    private void takeHole(Reply reply, PendingRead read) throws IOException, InterruptedException {
        if (reply.length() != Long.BYTES + Integer.BYTES) {
            throw new NbdProtocolException("malformed hole chunk");
        }
        long offset = wire.readLong();
        ByteBuffer hole = read.claim(offset, Integer.toUnsignedLong(wire.readInt()));
        while (hole.remaining() >= Long.BYTES) {
            hole.putLong(0);
        }
        while (hole.hasRemaining()) {
            hole.put((byte) 0);
        }
    }

    private static String describe(PendingRead read) {
        return "read of " + read.length() + " bytes at " + read.offset();
    }
}
