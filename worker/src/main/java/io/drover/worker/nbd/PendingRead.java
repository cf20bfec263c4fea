package io.drover.worker.nbd;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A read whose chunks are arriving. Keeps account of which bytes came, so that neither a gap nor an overlap can pass
 * for content.
 */
final class PendingRead {
    /** A server that answers one read in more separate runs than this is not a useful one; bounds the memory. */
    private static final int RUNS_MAX = 4096;

    private final long offset;
    private final ByteBuffer buffer;
    private final int length;
    /** Start to end of the bytes that came, relative to {@link #offset}; runs that touch are one. */
    private final TreeMap<Integer, Integer> runs = new TreeMap<>();

    private @Nullable NbdRequestException failure;

    PendingRead(long offset, int length, ByteBuffer buffer) {
        this.offset = offset;
        this.length = length;
        this.buffer = buffer;
    }

    long offset() {
        return offset;
    }

    int length() {
        return length;
    }

    /** The buffer's part for these bytes, which must lie in the request and not have come before. */
    ByteBuffer claim(long chunkOffset, long chunkLength) throws NbdProtocolException {
        long start = chunkOffset - offset;
        if (chunkLength <= 0 || chunkOffset < offset || chunkLength > length || start > length - chunkLength) {
            throw new NbdProtocolException("a chunk of " + chunkLength + " bytes at " + chunkOffset
                    + " lies outside the read of " + length + " bytes at " + offset);
        }
        cover((int) start, (int) (start + chunkLength));
        return buffer.slice((int) start, (int) chunkLength);
    }

    private void cover(int start, int end) throws NbdProtocolException {
        Map.Entry<Integer, Integer> before = runs.lowerEntry(end);
        if (before != null && before.getValue() > start) {
            throw new NbdProtocolException("the server sent the same bytes twice in answer to one read");
        }
        boolean joinsBefore = before != null && before.getValue() == start;
        int runStart = joinsBefore && before != null ? before.getKey() : start;
        Integer after = runs.remove(end);
        runs.put(runStart, after == null ? end : after);
        if (runs.size() > RUNS_MAX) {
            throw new NbdProtocolException("the server answers one read in more than " + RUNS_MAX + " pieces");
        }
    }

    void fail(NbdRequestException cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    @Nullable
    NbdRequestException failure() {
        return failure;
    }

    /** The content, all of which must have come. */
    ByteBuffer content() throws NbdProtocolException {
        Integer end = runs.get(0);
        if (runs.size() != 1 || end == null || end != length) {
            throw new NbdProtocolException("the server ended its answer to the read of " + length + " bytes at "
                    + offset + " with bytes missing");
        }
        return buffer.slice(0, length);
    }

    ByteBuffer buffer() {
        return buffer;
    }
}
