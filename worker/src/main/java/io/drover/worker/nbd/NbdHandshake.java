package io.drover.worker.nbd;

import static io.drover.worker.nbd.NbdProtocol.*;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Fixed newstyle negotiation: structured replies, metadata contexts, then GO (doc/proto.md, "Fixed newstyle
 * negotiation"). Ends in transmission or with an exception.
 */
final class NbdHandshake {
    private static final int NO_INFO = -1;

    private final NbdWire wire;
    private final String name;
    private final Map<String, Integer> contexts = new HashMap<>();
    private boolean structured;
    private long sizeBytes = NO_INFO;
    private int payloadMaxBytes = PAYLOAD_BYTES_DEFAULT;

    NbdHandshake(NbdWire wire, String name) {
        this.wire = wire;
        this.name = name;
    }

    NbdExport negotiate(List<String> wanted) throws IOException, InterruptedException {
        greet();
        negotiateStructuredReplies();
        if (!wanted.isEmpty()) {
            negotiateContexts(wanted);
        }
        go();
        return new NbdExport(sizeBytes, payloadMaxBytes, contexts);
    }

    boolean structured() {
        return structured;
    }

    private void greet() throws IOException, InterruptedException {
        check(wire.readLong() == MAGIC, "this is not an NBD server");
        check(wire.readLong() == OPTION_MAGIC, "the server speaks only the old handshake");
        int offered = wire.readShort();
        check((offered & FLAG_FIXED_NEWSTYLE) != 0, "the server does not speak the fixed newstyle handshake");
        ByteBuffer answer = ByteBuffer.allocate(Integer.BYTES);
        wire.send(
                answer.putInt(offered & (FLAG_FIXED_NEWSTYLE | FLAG_NO_ZEROES)).flip());
    }

    private void negotiateStructuredReplies() throws IOException, InterruptedException {
        sendOption(OPT_STRUCTURED_REPLY, ByteBuffer.allocate(0));
        OptionReply reply = readReply(OPT_STRUCTURED_REPLY);
        structured = reply.type() == REP_ACK;
        check(structured || reply.error(), "unexpected answer to the request for structured replies");
        wire.skip(reply.length());
    }

    private void negotiateContexts(List<String> wanted) throws IOException, InterruptedException {
        if (!structured) {
            throw new NbdRequestException("metadata contexts", ENOTSUP, "the server has no structured replies");
        }
        sendOption(OPT_SET_META_CONTEXT, contextQuery(wanted));
        for (int count = 0; count < OPTION_REPLIES_MAX; count++) {
            OptionReply reply = readReply(OPT_SET_META_CONTEXT);
            if (reply.type() == REP_ACK) {
                wire.skip(reply.length());
                checkContexts(wanted);
                return;
            }
            readContext(reply);
        }
        throw new NbdProtocolException("the server does not end its list of metadata contexts");
    }

    private void readContext(OptionReply reply) throws IOException, InterruptedException {
        refuseError("metadata contexts of export " + name, reply);
        check(reply.type() == REP_META_CONTEXT && reply.length() > Integer.BYTES, "malformed metadata context");
        int id = wire.readInt();
        contexts.put(wire.readString(reply.length() - Integer.BYTES), id);
    }

    private void checkContexts(List<String> wanted) throws NbdRequestException {
        for (String context : wanted) {
            if (!contexts.containsKey(context)) {
                throw new NbdRequestException("export " + name, ENOTSUP, "it has no metadata context " + context);
            }
        }
    }

    private ByteBuffer contextQuery(List<String> wanted) {
        ByteBuffer query = ByteBuffer.allocate((wanted.size() + 2) * (STRING_BYTES_MAX + Integer.BYTES));
        putString(query, name);
        query.putInt(wanted.size());
        wanted.forEach(context -> putString(query, context));
        return query.flip();
    }

    private void go() throws IOException, InterruptedException {
        ByteBuffer request = ByteBuffer.allocate(STRING_BYTES_MAX + Long.BYTES);
        putString(request, name);
        request.putShort((short) 1).putShort((short) INFO_BLOCK_SIZE);
        sendOption(OPT_GO, request.flip());
        for (int count = 0; count < OPTION_REPLIES_MAX; count++) {
            OptionReply reply = readReply(OPT_GO);
            refuseError("export " + name, reply);
            if (reply.type() == REP_ACK) {
                wire.skip(reply.length());
                check(sizeBytes >= 0, "the server did not tell the size of the export");
                return;
            }
            readInfo(reply);
        }
        throw new NbdProtocolException("the server does not end its description of the export");
    }

    private void readInfo(OptionReply reply) throws IOException, InterruptedException {
        check(reply.type() == REP_INFO && reply.length() >= Short.BYTES, "malformed description of the export");
        int kind = wire.readShort();
        int rest = reply.length() - Short.BYTES;
        if (kind == INFO_EXPORT) {
            check(rest == Long.BYTES + Short.BYTES, "malformed size and flags of the export");
            sizeBytes = wire.readLong();
            wire.skip(Short.BYTES);
            check(sizeBytes >= 0, "the export's size does not fit 63 bits");
        } else if (kind == INFO_BLOCK_SIZE) {
            check(rest == 3 * Integer.BYTES, "malformed block sizes");
            readBlockSizes();
        } else {
            wire.skip(rest);
        }
    }

    private void readBlockSizes() throws IOException, InterruptedException {
        int minimum = wire.readInt();
        int preferred = wire.readInt();
        long maximum = Integer.toUnsignedLong(wire.readInt());
        boolean sane = Integer.bitCount(minimum) == 1
                && minimum > 0
                && minimum <= 1 << 16
                && preferred >= minimum
                && maximum >= minimum;
        check(sane, "block sizes " + minimum + ", " + preferred + ", " + maximum + " make no sense");
        payloadMaxBytes = (int) Math.min(maximum, PAYLOAD_BYTES_DEFAULT);
    }

    private void sendOption(int option, ByteBuffer data) throws IOException, InterruptedException {
        ByteBuffer header = ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES);
        header.putLong(OPTION_MAGIC).putInt(option).putInt(data.remaining()).flip();
        wire.send(header, data);
    }

    private OptionReply readReply(int option) throws IOException, InterruptedException {
        wire.checkDeadline();
        check(wire.readLong() == OPTION_REPLY_MAGIC, "malformed answer to an option");
        check(wire.readInt() == option, "answer to another option than was asked");
        int type = wire.readInt();
        int length = wire.readInt();
        check(length >= 0 && length <= 2 * STRING_BYTES_MAX, "oversized answer to an option");
        return new OptionReply(type, length);
    }

    private void refuseError(String what, OptionReply reply) throws IOException, InterruptedException {
        if (reply.error()) {
            throw new NbdRequestException(what, reply.type(), wire.readString(reply.length()));
        }
    }

    private static void putString(ByteBuffer target, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > STRING_BYTES_MAX) {
            throw new IllegalArgumentException("longer than " + STRING_BYTES_MAX + " bytes: " + text);
        }
        target.putInt(bytes.length).put(bytes);
    }

    private static void check(boolean holds, String complaint) throws NbdProtocolException {
        if (!holds) {
            throw new NbdProtocolException(complaint);
        }
    }

    private record OptionReply(int type, int length) {
        boolean error() {
            return (type & REP_ERROR_BIT) != 0;
        }
    }
}
