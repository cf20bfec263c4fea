package io.drover.worker.nbd;

import static io.drover.worker.nbd.NbdProtocol.*;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Requests and the headers of replies in the transmission phase. */
final class NbdTransmission {
    private static final int HEADER_BYTES = 28;

    private final NbdWire wire;
    private final boolean structured;
    private final ByteBuffer header = ByteBuffer.allocateDirect(HEADER_BYTES);
    private final ByteBuffer nothing = ByteBuffer.allocate(0);
    private long lastCookie;

    NbdTransmission(NbdWire wire, boolean structured) {
        this.wire = wire;
        this.structured = structured;
    }

    /** Sends a request and returns its cookie. */
    long request(int type, long offset, int length) throws IOException, InterruptedException {
        return request(type, offset, length, nothing);
    }

    long request(int type, long offset, int length, ByteBuffer payload) throws IOException, InterruptedException {
        lastCookie++;
        header.clear();
        header.putInt(REQUEST_MAGIC).putShort((short) 0).putShort((short) type);
        header.putLong(lastCookie).putLong(offset).putInt(length).flip();
        wire.send(header, payload);
        return lastCookie;
    }

    boolean structured() {
        return structured;
    }

    static ByteBuffer disconnect() {
        ByteBuffer request = ByteBuffer.allocate(HEADER_BYTES);
        request.putInt(REQUEST_MAGIC).putShort((short) 0).putShort((short) CMD_DISC);
        return request.clear();
    }

    /** The next reply or chunk, whose payload is still to be read. */
    Reply next() throws IOException, InterruptedException {
        wire.checkDeadline();
        int magic = wire.readInt();
        if (magic == SIMPLE_REPLY_MAGIC) {
            int error = wire.readInt();
            return new Reply(true, true, error, wire.readLong(), 0);
        }
        if (magic != STRUCTURED_REPLY_MAGIC || !structured) {
            throw new NbdProtocolException("reply with unknown magic 0x" + Integer.toHexString(magic));
        }
        return nextChunk();
    }

    private Reply nextChunk() throws IOException, InterruptedException {
        int flags = wire.readShort();
        int type = Short.toUnsignedInt(wire.readShort());
        long cookie = wire.readLong();
        int length = wire.readInt();
        if (length < 0) {
            throw new NbdProtocolException("a chunk of " + Integer.toUnsignedLong(length) + " bytes");
        }
        return new Reply(false, (flags & CHUNK_FLAG_DONE) != 0, type, cookie, length);
    }

    /** Reads the payload of an error chunk. */
    NbdRequestException readError(String what, Reply reply) throws IOException, InterruptedException {
        int fixed = Integer.BYTES + Short.BYTES;
        if (reply.length() < fixed) {
            throw new NbdProtocolException("malformed error chunk");
        }
        int code = wire.readInt();
        int textBytes = Short.toUnsignedInt(wire.readShort());
        if (textBytes > STRING_BYTES_MAX || textBytes > reply.length() - fixed) {
            throw new NbdProtocolException("malformed text in an error chunk");
        }
        String text = wire.readString(textBytes);
        skipRest(reply.length() - fixed - textBytes);
        if (code == 0) {
            throw new NbdProtocolException("an error chunk without an error");
        }
        return new NbdRequestException(what, code, text);
    }

    private void skipRest(int bytes) throws IOException, InterruptedException {
        if (bytes > STRING_BYTES_MAX) {
            throw new NbdProtocolException("oversized error chunk");
        }
        wire.skip(bytes);
    }

    /**
     * Header of a simple reply or of a chunk.
     *
     * @param type the chunk's type, or the simple reply's error
     * @param length bytes of payload; a simple reply does not tell
     */
    record Reply(boolean simple, boolean done, int type, long cookie, int length) {
        boolean error() {
            return !simple && (type & CHUNK_ERROR_BIT) != 0;
        }
    }
}
