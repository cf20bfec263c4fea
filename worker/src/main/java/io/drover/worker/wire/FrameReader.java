package io.drover.worker.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one direction of a connection. Never gives out a frame that is damaged, lost or repeated: it
 * throws {@link WireException}, and the connection is of no more use. Holds one buffer, at most twice the size of the
 * largest frame. For one thread at a time.
 */
public final class FrameReader {
    private static final int FIRST_BYTES = 64 << 10;
    private final ReadableByteChannel channel;
    private final int payloadBytesMax;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_BYTES);
    private int start;
    private int end;
    private int sequence;

    /** @param payloadBytesMax what this connection carries at most; larger frames are refused */
    public FrameReader(ReadableByteChannel channel, int payloadBytesMax) {
        this.channel = channel;
        this.payloadBytesMax = payloadBytesMax;
    }

    /** The next frame, or null when the other side has ended between two frames. */
    public @Nullable Frame read() throws IOException {
        if (!fill(FrameHeader.BYTES)) {
            return null;
        }
        FrameHeader header = FrameHeader.read(buffer, start);
        if (header.sequence() != sequence) {
            throw new WireException("frame " + Integer.toUnsignedString(header.sequence()) + " where "
                    + Integer.toUnsignedString(sequence) + " was due");
        }
        if (header.payloadLength() > payloadBytesMax) {
            throw new WireException(
                    "a payload of " + header.payloadLength() + " bytes where " + payloadBytesMax + " are allowed");
        }
        fill(FrameHeader.BYTES + header.payloadLength());
        Frame frame = header.frame(buffer.slice(start + FrameHeader.BYTES, header.payloadLength()));
        start += FrameHeader.BYTES + header.payloadLength();
        sequence++;
        return frame;
    }

    /** Reads until the buffer holds that many bytes; false when there is nothing at all. */
    private boolean fill(int bytes) throws IOException {
        if (end - start < bytes) {
            makeRoom(bytes);
        }
        while (end - start < bytes) {
            int read = channel.read(buffer.limit(buffer.capacity()).position(end));
            if (read < 0) {
                if (end == start && bytes == FrameHeader.BYTES) {
                    return false;
                }
                throw new EOFException("the connection ended inside a frame");
            }
            end += read;
        }
        return true;
    }

    private void makeRoom(int bytes) {
        if (start == end) {
            start = 0;
            end = 0;
        }
        if (buffer.capacity() - start >= bytes) {
            return;
        }
        ByteBuffer rest = buffer.duplicate().limit(end).position(start);
        if (bytes * 2L > buffer.capacity()) {
            // Twice the frame, so that many frames come with one system call and few bytes are moved to the front.
            buffer = ByteBuffer.allocateDirect(bytes * 2).put(rest);
        } else {
            rest.compact();
        }
        end -= start;
        start = 0;
    }
}
