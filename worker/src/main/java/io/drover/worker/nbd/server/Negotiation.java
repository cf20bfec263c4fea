package io.drover.worker.nbd.server;

import static io.drover.worker.nbd.NbdProtocol.*;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The server's side of the fixed newstyle negotiation (NBD project, doc/proto.md). Simple replies only. */
final class Negotiation {
    /** A name of 4096 bytes and a few words; nobody has more to say before the export is in use. */
    private static final int OPTION_BYTES_MAX = 8192;

    private static final int OPTIONS_MAX = 100;
    private static final int ZEROES_BYTES = 124;
    private static final int TRANSMISSION_FLAGS = EXPORT_HAS_FLAGS
            | EXPORT_SEND_FLUSH
            | EXPORT_SEND_FUA
            | EXPORT_SEND_TRIM
            | EXPORT_SEND_WRITE_ZEROES
            | EXPORT_CAN_MULTI_CONN
            | EXPORT_SEND_CACHE;

    private final ClientChannel client;
    private final String export;
    private final long sizeBytes;
    private final int payloadBytesMax;
    private boolean noZeroes;

    Negotiation(ClientChannel client, String export, long sizeBytes, int payloadBytesMax) {
        this.client = client;
        this.export = export;
        this.sizeBytes = sizeBytes;
        this.payloadBytesMax = payloadBytesMax;
    }

    private enum Outcome {
        CONTINUE,
        TRANSMIT,
        LEAVE
    }

    /** Whether the client goes on to use the export; false when it left. */
    boolean succeeds() throws IOException {
        client.send(ByteBuffer.allocate(18)
                .putLong(MAGIC)
                .putLong(OPTION_MAGIC)
                .putShort((short) (FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES))
                .flip());
        ByteBuffer flags = client.readOrEnd(Integer.BYTES);
        if (flags == null) {
            return false;
        }
        readFlags(flags.getInt());
        for (int count = 0; count < OPTIONS_MAX; count++) {
            switch (option()) {
                case CONTINUE -> {}
                case TRANSMIT -> {
                    return true;
                }
                case LEAVE -> {
                    return false;
                }
            }
        }
        throw new ProtocolException("the client does not end its options");
    }

    private void readFlags(int flags) throws ProtocolException {
        if ((flags & FLAG_FIXED_NEWSTYLE) == 0 || (flags & ~(FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES)) != 0) {
            throw new ProtocolException("the client's handshake flags are 0x" + Integer.toHexString(flags));
        }
        noZeroes = (flags & FLAG_NO_ZEROES) != 0;
    }

    private Outcome option() throws IOException {
        ByteBuffer header = client.readOrEnd(Long.BYTES + 2 * Integer.BYTES);
        if (header == null) {
            return Outcome.LEAVE;
        }
        if (header.getLong() != OPTION_MAGIC) {
            throw new ProtocolException("the client sent no option where one belongs");
        }
        int option = header.getInt();
        int length = header.getInt();
        if (length < 0 || length > OPTION_BYTES_MAX) {
            throw new ProtocolException("an option of " + Integer.toUnsignedString(length) + " bytes");
        }
        ByteBuffer data = ByteBuffer.allocate(length);
        client.fill(data);
        return answer(option, data.flip());
    }

    private Outcome answer(int option, ByteBuffer data) throws IOException {
        switch (option) {
            case OPT_EXPORT_NAME -> {
                return useByName(data);
            }
            case OPT_ABORT -> {
                reply(option, REP_ACK, ByteBuffer.allocate(0));
                return Outcome.LEAVE;
            }
            case OPT_LIST -> list(data);
            case OPT_INFO, OPT_GO -> {
                if (describe(option, data) && option == OPT_GO) {
                    return Outcome.TRANSMIT;
                }
            }
            default -> refuse(option, REP_ERR_UNSUP, "option " + option + " is not supported");
        }
        return Outcome.CONTINUE;
    }

    /** The old way to begin: there is no answer to a wrong name but to hang up. */
    private Outcome useByName(ByteBuffer data) throws IOException {
        String name = StandardCharsets.UTF_8.decode(data).toString();
        if (!name.equals(export)) {
            throw new ProtocolException("there is no export '" + name + "'");
        }
        ByteBuffer answer = ByteBuffer.allocate(Long.BYTES + Short.BYTES + ZEROES_BYTES);
        answer.putLong(sizeBytes).putShort((short) TRANSMISSION_FLAGS);
        client.send(answer.position(noZeroes ? answer.position() : answer.capacity())
                .flip());
        return Outcome.TRANSMIT;
    }

    private void list(ByteBuffer data) throws IOException {
        if (data.hasRemaining()) {
            refuse(OPT_LIST, REP_ERR_INVALID, "a list needs no data");
            return;
        }
        byte[] name = export.getBytes(StandardCharsets.UTF_8);
        ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES + name.length);
        reply(OPT_LIST, REP_SERVER, entry.putInt(name.length).put(name).flip());
        reply(OPT_LIST, REP_ACK, ByteBuffer.allocate(0));
    }

    /** Whether it was answered with the export's description. */
    private boolean describe(int option, ByteBuffer data) throws IOException {
        String name = name(data);
        if (name == null) {
            refuse(option, REP_ERR_INVALID, "malformed request for an export");
            return false;
        }
        if (!name.equals(export)) {
            refuse(option, REP_ERR_UNKNOWN, "there is no such export");
            return false;
        }
        reply(option, REP_INFO, exportInfo());
        reply(option, REP_INFO, blockSizes());
        reply(option, REP_ACK, ByteBuffer.allocate(0));
        return true;
    }

    /** The name, when what follows it is as long as it says: a list of 16-bit numbers. */
    @Nullable
    private static String name(ByteBuffer data) {
        if (data.remaining() < Integer.BYTES + Short.BYTES) {
            return null;
        }
        int length = data.getInt();
        if (length < 0 || length > STRING_BYTES_MAX || length > data.remaining() - Short.BYTES) {
            return null;
        }
        String name = StandardCharsets.UTF_8
                .decode(data.slice(data.position(), length))
                .toString();
        data.position(data.position() + length);
        int wanted = Short.toUnsignedInt(data.getShort());
        return data.remaining() == wanted * Short.BYTES ? name : null;
    }

    private ByteBuffer exportInfo() {
        return ByteBuffer.allocate(Short.BYTES + Long.BYTES + Short.BYTES)
                .putShort((short) INFO_EXPORT)
                .putLong(sizeBytes)
                .putShort((short) TRANSMISSION_FLAGS)
                .flip();
    }

    private ByteBuffer blockSizes() {
        return ByteBuffer.allocate(Short.BYTES + 3 * Integer.BYTES)
                .putShort((short) INFO_BLOCK_SIZE)
                .putInt(1)
                .putInt(NbdServerLimits.PREFERRED_BYTES)
                .putInt(payloadBytesMax)
                .flip();
    }

    private void refuse(int option, int error, String message) throws IOException {
        reply(option, error, StandardCharsets.UTF_8.encode(message));
    }

    private void reply(int option, int type, ByteBuffer data) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + 3 * Integer.BYTES);
        header.putLong(OPTION_REPLY_MAGIC).putInt(option).putInt(type).putInt(data.remaining());
        client.send(header.flip(), data);
    }
}
