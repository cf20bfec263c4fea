package io.drover.worker.nbd;

import static io.drover.worker.nbd.NbdProtocol.*;

import io.drover.worker.nbd.NbdTransmission.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** BLOCK_STATUS of one context: asks again after short answers, cuts the last extent where it overruns. */
final class NbdStatusReader {
    private final NbdWire wire;
    private final NbdTransmission transmission;
    private final int contextId;
    private final List<NbdExtent> extents = new ArrayList<>();
    private final long end;
    private long position;

    NbdStatusReader(NbdWire wire, NbdTransmission transmission, int contextId, long offset, long length) {
        this.wire = wire;
        this.transmission = transmission;
        this.contextId = contextId;
        this.position = offset;
        this.end = offset + length;
    }

    List<NbdExtent> read() throws IOException, InterruptedException {
        while (position < end) {
            long before = position;
            ask((int) Math.min(end - position, STATUS_REQUEST_BYTES_MAX));
            if (position == before) {
                throw new NbdProtocolException("the server told no block status for offset " + position);
            }
        }
        return extents;
    }

    private void ask(int length) throws IOException, InterruptedException {
        wire.restartDeadline();
        long requestEnd = position + length;
        long cookie = transmission.request(CMD_BLOCK_STATUS, position, length);
        boolean answered = false;
        NbdRequestException failure = null;
        Reply reply;
        do {
            reply = transmission.next();
            checkReply(reply, cookie);
            if (reply.error()) {
                failure = transmission.readError("block status at " + position, reply);
            } else if (reply.type() == CHUNK_BLOCK_STATUS) {
                answered |= takeStatus(reply, answered, requestEnd);
            } else if (reply.type() != CHUNK_NONE || reply.length() != 0 || !reply.done()) {
                throw new NbdProtocolException("a chunk of type " + reply.type() + " in answer to block status");
            }
        } while (!reply.done());
        if (failure != null) {
            throw failure;
        }
    }

    private void checkReply(Reply reply, long cookie) throws IOException {
        if (reply.cookie() != cookie) {
            throw new NbdProtocolException("an answer to no request of ours");
        }
        if (reply.simple()) {
            if (reply.type() != 0) {
                throw new NbdRequestException("block status at " + position, reply.type(), "");
            }
            throw new NbdProtocolException("a simple reply to a request for block status");
        }
    }

    /** Returns whether the chunk was about our context. */
    private boolean takeStatus(Reply reply, boolean answered, long requestEnd)
            throws IOException, InterruptedException {
        int entryBytes = 2 * Integer.BYTES;
        int entries = (reply.length() - Integer.BYTES) / entryBytes;
        if (reply.length() > STATUS_CHUNK_BYTES_MAX
                || entries < 1
                || reply.length() != Integer.BYTES + entries * entryBytes) {
            throw new NbdProtocolException("malformed block status of " + reply.length() + " bytes");
        }
        boolean ours = wire.readInt() == contextId;
        if (ours && answered) {
            throw new NbdProtocolException("block status of one context sent twice");
        }
        for (int i = 0; i < entries; i++) {
            long length = Integer.toUnsignedLong(wire.readInt());
            int flags = wire.readInt();
            if (ours) {
                add(length, flags, i == entries - 1, requestEnd);
            }
        }
        return ours;
    }

    private void add(long length, int flags, boolean last, long requestEnd) throws NbdProtocolException {
        boolean overruns = position + length > requestEnd;
        if (length == 0 || position >= requestEnd || (overruns && !last)) {
            throw new NbdProtocolException("block status with an extent of " + length + " bytes at " + position
                    + " although asked for up to " + requestEnd);
        }
        long used = Math.min(length, end - position);
        NbdExtent previous = extents.isEmpty() ? null : extents.getLast();
        if (previous != null && previous.flags() == flags) {
            extents.set(extents.size() - 1, new NbdExtent(previous.offset(), previous.length() + used, flags));
        } else {
            extents.add(new NbdExtent(position, used, flags));
        }
        position += used;
    }
}
