package io.drover.worker.nbd.server;

import static io.drover.worker.nbd.NbdProtocol.*;

import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * One request of the transmission phase, without its payload.
 *
 * @param cookie the client's, given back with the reply
 * @param length in bytes, up to 2^32 - 1
 */
record Request(int flags, int command, long cookie, long offset, long length) {
    static final int HEADER_BYTES = 28;

    /** Of one write; a client that has more to say at once is no client any more. */
    private static final long PAYLOAD_BYTES_MAX = PAYLOAD_BYTES_DEFAULT;

    static Request parse(ByteBuffer header) throws ProtocolException {
        if (header.getInt() != REQUEST_MAGIC) {
            throw new ProtocolException("the client sent no request where one belongs");
        }
        int flags = Short.toUnsignedInt(header.getShort());
        int command = Short.toUnsignedInt(header.getShort());
        var request = new Request(
                flags, command, header.getLong(), header.getLong(), Integer.toUnsignedLong(header.getInt()));
        if (command == CMD_WRITE && request.length > PAYLOAD_BYTES_MAX) {
            throw new ProtocolException("a write of " + request.length + " bytes");
        }
        return request;
    }

    boolean durable() {
        return (flags & CMD_FLAG_FUA) != 0;
    }

    /** Bytes that follow the header. */
    long payload() {
        return command == CMD_WRITE ? length : 0;
    }

    /** The error to answer with before the disk is asked; 0 for none. */
    int error(long diskBytes, int payloadBytesMax) {
        int allowed = CMD_FLAG_FUA | (command == CMD_WRITE_ZEROES ? CMD_FLAG_NO_HOLE : 0);
        if ((flags & ~allowed) != 0) {
            return EINVAL;
        }
        return switch (command) {
            case CMD_READ -> rangeError(diskBytes, payloadBytesMax, EINVAL);
            case CMD_WRITE -> rangeError(diskBytes, payloadBytesMax, ENOSPC);
            case CMD_WRITE_ZEROES -> rangeError(diskBytes, Long.MAX_VALUE, ENOSPC);
            case CMD_TRIM, CMD_CACHE -> rangeError(diskBytes, Long.MAX_VALUE, EINVAL);
            case CMD_FLUSH -> offset == 0 && length == 0 ? 0 : EINVAL;
            default -> EINVAL;
        };
    }

    private int rangeError(long diskBytes, long lengthMax, int beyondEnd) {
        if (length == 0) {
            return EINVAL;
        }
        if (length > lengthMax) {
            return EOVERFLOW;
        }
        return offset < 0 || offset > diskBytes - length ? beyondEnd : 0;
    }
}
