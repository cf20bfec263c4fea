package io.drover.worker.wire;

import java.nio.ByteBuffer;

/**
 * One frame of the peer protocol. A payload that was read is a view on the reader's buffer: it is valid until the next
 * frame is read.
 */
public sealed interface Frame {
    /** Most bytes in a {@link Data} frame. */
    int DATA_BYTES_MAX = 1 << 20;

    /** Most bytes in a {@link Request}, {@link Answer} or {@link Ended}. */
    int CONTROL_BYTES_MAX = 4 << 20;

    /** Most bytes one {@link Zero} may cover. */
    long ZERO_BYTES_MAX = 1L << 30;

    /** Most bytes one {@link Fetch} may ask for. */
    long FETCH_BYTES_MAX = 4L << 20;

    ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    /** What follows the header. */
    default ByteBuffer payload() {
        return NOTHING;
    }

    /** Content of a disk, 1 to {@link #DATA_BYTES_MAX} bytes. */
    record Data(int disk, long offset, ByteBuffer payload) implements Frame {}

    /**
     * Content of a disk as one zstd frame (RFC 8878), smaller than what it unpacks to.
     *
     * @param length of the content, 2 to {@link #DATA_BYTES_MAX} bytes
     */
    record Packed(int disk, long offset, int length, ByteBuffer payload) implements Frame {}

    /** A range of a disk that reads as zeros, 1 to {@link #ZERO_BYTES_MAX} bytes. */
    record Zero(int disk, long offset, long length) implements Frame {}

    /** Asks to make durable all that came before on this connection for the disk. */
    record Flush(int disk, long number) implements Frame {}

    /** Answers the {@link Flush} of the same number. */
    record Flushed(int disk, long number) implements Frame {}

    /** A call; {@code number} is not used again in this session. */
    record Request(long number, ByteBuffer payload) implements Frame {}

    /** The answer to the {@link Request} of the same number. */
    record Answer(long number, ByteBuffer payload) implements Frame {}

    /** The session is over, and why; nothing follows. */
    record Ended(ByteBuffer payload) implements Frame {}

    /** Asks for a sign of life. */
    record Ping(long number) implements Frame {}

    /** Asks for content the server has not got: 1 to {@link #FETCH_BYTES_MAX} bytes; answered by data and zeros. */
    record Fetch(int disk, long offset, long length) implements Frame {}

    /** Answers the {@link Ping} of the same number. */
    record Pong(long number) implements Frame {}
}
