package io.drover.worker.nbd;

import static io.drover.worker.nbd.NbdProtocol.*;

import io.drover.worker.nbd.NbdTransmission.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * One connection to one export. For one thread at a time; {@link #close} may come from any and breaks off what is under
 * way.
 *
 * <p>{@link NbdRequestException} leaves the connection usable. After any other exception, also one that a consumer
 * threw and {@link InterruptedException}, it is closed.
 */
public final class NbdClient implements AutoCloseable {
    /** Metadata context of holes and zeros: {@link NbdExtent#HOLE}, {@link NbdExtent#ZERO}. */
    public static final String ALLOCATION = "base:allocation";

    /**
     * Metadata context of QEMU 7.2 whose flags are a number: 0 allocated nowhere, 1 in the image itself, more in what
     * backs it (docs/interop/nbd.txt).
     */
    public static final String ALLOCATION_DEPTH = "qemu:allocation-depth";

    private final NbdWire wire;
    private final NbdExport export;
    private final NbdTransmission transmission;
    private final NbdReader reader;
    private volatile boolean open = true;

    private NbdClient(NbdWire wire, NbdExport export, boolean structured) {
        this.wire = wire;
        this.export = export;
        this.transmission = new NbdTransmission(wire, structured);
        this.reader = new NbdReader(wire, transmission);
    }

    /** Metadata context of QEMU's dirty bitmap of this name: {@link NbdExtent#DIRTY}. */
    public static String dirtyBitmap(String name) {
        return "qemu:dirty-bitmap:" + name;
    }

    /**
     * Connects and negotiates.
     *
     * @param contexts metadata contexts, all of which the export must have
     * @param limit for the handshake as a whole, and later for the server to complete any one request
     */
    public static NbdClient connect(NbdAddress address, String exportName, List<String> contexts, Duration limit)
            throws IOException, InterruptedException {
        NbdWire wire = NbdWire.connect(address, limit);
        try {
            var handshake = new NbdHandshake(wire, exportName);
            NbdExport export = handshake.negotiate(contexts);
            return new NbdClient(wire, export, handshake.structured());
        } catch (IOException | InterruptedException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    public NbdExport export() {
        return export;
    }

    /** Fills the buffer from this offset; it must not be larger than {@link NbdExport#payloadMaxBytes}. */
    public void read(long offset, ByteBuffer into) throws IOException, InterruptedException {
        var range = new NbdRange(offset, into.remaining());
        read(List.of(range).iterator(), range.length(), (at, content) -> into.put(content));
    }

    /**
     * Reads the ranges, several at a time. Contents come in any order, on this thread. After a refused request the
     * answers to those already sent are awaited and dropped.
     *
     * @param rangeBytesMax the longest of the ranges
     */
    public void read(Iterator<NbdRange> ranges, int rangeBytesMax, NbdContent consumer)
            throws IOException, InterruptedException {
        if (rangeBytesMax <= 0 || rangeBytesMax > export.payloadMaxBytes()) {
            throw new IllegalArgumentException(
                    "reads of " + rangeBytesMax + " bytes, the server takes up to " + export.payloadMaxBytes());
        }
        guarded(() -> {
            reader.read(ranges, rangeBytesMax, consumer);
            return true;
        });
    }

    /** The status of all bytes of a range in one context asked for at connect; ascending, without gaps. */
    public List<NbdExtent> blockStatus(String context, long offset, long length)
            throws IOException, InterruptedException {
        Integer id = export.contexts().get(context);
        if (id == null) {
            throw new IllegalArgumentException("context " + context + " was not negotiated");
        }
        if (offset < 0 || length < 0 || length > export.sizeBytes() - offset) {
            throw new IllegalArgumentException("range " + offset + "+" + length + " of " + export.sizeBytes());
        }
        return guarded(() -> new NbdStatusReader(wire, transmission, id, offset, length).read());
    }

    /** Writes the buffer's rest; it must not be larger than {@link NbdExport#payloadMaxBytes}. */
    public void write(long offset, ByteBuffer content) throws IOException, InterruptedException {
        if (content.remaining() > export.payloadMaxBytes()) {
            throw new IllegalArgumentException("a write of " + content.remaining() + " bytes");
        }
        command(CMD_WRITE, offset, content.remaining(), content);
    }

    /** Makes the range read as zeros, as a hole where the server can. */
    public void writeZeroes(long offset, long length) throws IOException, InterruptedException {
        for (long done = 0; done < length; ) {
            int step = (int) Math.min(length - done, PAYLOAD_BYTES_DEFAULT);
            command(CMD_WRITE_ZEROES, offset + done, step, ByteBuffer.allocate(0));
            done += step;
        }
    }

    /** Returns when everything answered before is on stable storage. */
    public void flush() throws IOException, InterruptedException {
        command(CMD_FLUSH, 0, 0, ByteBuffer.allocate(0));
    }

    private void command(int type, long offset, int length, ByteBuffer payload)
            throws IOException, InterruptedException {
        guarded(() -> {
            wire.restartDeadline();
            long cookie = transmission.request(type, offset, length, payload);
            awaitDone(cookie, "command " + type + " of " + length + " bytes at " + offset);
            return true;
        });
    }

    private void awaitDone(long cookie, String what) throws IOException, InterruptedException {
        NbdRequestException failure = null;
        Reply reply;
        do {
            reply = transmission.next();
            if (reply.cookie() != cookie) {
                throw new NbdProtocolException("an answer to no request of ours");
            }
            if (reply.error()) {
                failure = transmission.readError(what, reply);
            } else if (reply.simple() && reply.type() != 0) {
                failure = new NbdRequestException(what, reply.type(), "");
            } else if (!reply.simple() && (reply.type() != CHUNK_NONE || reply.length() != 0)) {
                throw new NbdProtocolException("a chunk of type " + reply.type() + " in answer to " + what);
            }
        } while (!reply.done());
        if (failure != null) {
            throw failure;
        }
    }

    private <T> T guarded(Action<T> action) throws IOException, InterruptedException {
        if (!open) {
            throw new NbdProtocolException("the connection is closed");
        }
        boolean usable = false;
        try {
            T result = action.run();
            usable = true;
            return result;
        } catch (NbdRequestException e) {
            // Answers outstanding mean that it was a consumer's failure, not this server's.
            usable = reader.idle();
            throw e;
        } finally {
            if (!usable) {
                abort();
            }
        }
    }

    private void abort() throws IOException {
        open = false;
        wire.close();
    }

    public boolean isOpen() {
        return open;
    }

    /** Takes leave of the server if it listens, and closes the socket. */
    @Override
    public void close() throws IOException {
        if (!open) {
            return;
        }
        open = false;
        wire.sendWithoutWaiting(NbdTransmission.disconnect());
        wire.close();
    }

    private interface Action<T> {
        T run() throws IOException, InterruptedException;
    }
}
