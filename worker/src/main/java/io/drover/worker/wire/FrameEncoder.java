package io.drover.worker.wire;

import java.nio.ByteBuffer;

/** Makes the headers of one direction of a connection. For one thread at a time. */
public final class FrameEncoder {
    private final ByteBuffer header = ByteBuffer.allocateDirect(FrameHeader.BYTES);
    private int sequence;

    /**
     * The header that goes before the frame's payload, valid until the next call. The frame counts as sent.
     *
     * @throws WireException when the frame is over the protocol's limits
     */
    public ByteBuffer header(Frame frame) throws WireException {
        FrameHeader checked = FrameHeader.of(frame, sequence).checked();
        sequence++;
        checked.put(header.clear());
        return header.flip();
    }
}
