package io.drover.worker.peer.channel;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks the content of frames, never into more than the protocol's largest frame. For one thread at a time; the
 * memory outside of the heap is taken when the first packed frame comes.
 */
public final class Unpacker implements AutoCloseable {
    private @Nullable ZstdDecompressCtx zstd;
    private ByteBuffer content = Frame.NOTHING;

    /**
     * The frame as it was before it was packed, valid until the next call.
     *
     * @throws WireException the payload is damaged, or is not as long as it says
     */
    public Frame.Data unpack(Frame.Packed packed) throws WireException {
        ZstdDecompressCtx context = context();
        ByteBuffer payload = packed.payload();
        try {
            int length = context.decompressDirectByteBuffer(
                    content, 0, packed.length(), payload, payload.position(), payload.remaining());
            if (length != packed.length()) {
                throw new WireException(
                        "a packed payload of " + length + " bytes where " + packed.length() + " were said");
            }
        } catch (ZstdException e) {
            throw new WireException("a packed payload that cannot be unpacked: " + e.getMessage());
        }
        return new Frame.Data(packed.disk(), packed.offset(), content.slice(0, packed.length()));
    }

    private ZstdDecompressCtx context() {
        ZstdDecompressCtx context = zstd;
        if (context == null) {
            context = new ZstdDecompressCtx();
            content = ByteBuffer.allocateDirect(Frame.DATA_BYTES_MAX);
            zstd = context;
        }
        return context;
    }

    @Override
    public void close() {
        if (zstd != null) {
            zstd.close();
            zstd = null;
        }
    }
}
