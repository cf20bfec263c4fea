package io.drover.worker.replication.mirror;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A part of the disk that the guest has written and that is still to be sent.
 *
 * @param content null for zeros
 * @param sequence of the write, ascending
 */
record PendingWrite(long offset, long length, @Nullable ByteBuffer content, long sequence) {
    long end() {
        return offset + length;
    }

    /** The part from {@code from} to {@code to}, both on the disk. */
    PendingWrite part(long from, long to) {
        ByteBuffer part = content == null ? null : content.slice((int) (from - offset), (int) (to - from));
        return new PendingWrite(from, to - from, part, sequence);
    }

    /** What it holds in memory: zeros next to nothing. */
    long heldBytes() {
        return content == null ? 0 : length;
    }
}
