package io.drover.worker.peer.channel;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.wire.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Packs content by zstd where that makes it arrive earlier. For one connection and one thread. */
public final class Packer implements AutoCloseable {
    /** 300 MB/s on files of a Debian root, to a third; level 3 takes twice the time for a twentieth less. */
    private static final int LEVEL = 1;

    /** Smaller frames gain little and would mislead the estimates. */
    private static final int BYTES_MIN = 4096;

    /** A frame that saves less is not worth unpacking. */
    private static final double SAVING_MIN = 1.0 / 16;

    private final Clock clock;
    private final PackingRule rule = new PackingRule();
    private @Nullable ZstdCompressCtx zstd;
    private ByteBuffer memory = Frame.NOTHING;
    private int plainBytes;
    private Duration packing = Duration.ZERO;

    public Packer(Clock clock) {
        this.clock = clock;
    }

    /**
     * Sends content packed where that pays; returns how many bytes went out.
     *
     * @param connections how many share the limit
     */
    public int send(Frame frame, FrameConnection connection, LinkLimiter limiter, int connections)
            throws IOException, InterruptedException {
        Frame packed = pack(frame, limiter.bytesPerSecond() / connections);
        Duration before = clock.elapsed();
        int bytes = connection.send(packed, limiter);
        sent(bytes, clock.elapsed().minus(before));
        return bytes;
    }

    /**
     * The frame as it should be sent where the link allows this connection so much; packed content is valid until the
     * next call.
     */
    Frame pack(Frame frame, long bytesPerSecondMost) {
        rule.link(bytesPerSecondMost);
        packing = Duration.ZERO;
        plainBytes = frame.payload().remaining();
        if (frame instanceof Frame.Data data && plainBytes >= BYTES_MIN && rule.wanted()) {
            return pack(data);
        }
        return frame;
    }

    /** Tells how long the frame that {@link #pack} gave took to be sent. */
    void sent(int wireBytes, Duration took) {
        if (plainBytes >= BYTES_MIN) {
            rule.sent(plainBytes, wireBytes, packing, took);
        }
    }

    private Frame pack(Frame.Data data) {
        ZstdCompressCtx context = context();
        ByteBuffer content = data.payload();
        Duration before = clock.elapsed();
        int length =
                context.compressDirectByteBuffer(memory, 0, memory.capacity(), content, content.position(), plainBytes);
        packing = clock.elapsed().minus(before);
        return length <= plainBytes * (1 - SAVING_MIN)
                ? new Frame.Packed(data.disk(), data.offset(), plainBytes, memory.slice(0, length))
                : data;
    }

    private ZstdCompressCtx context() {
        ZstdCompressCtx context = zstd;
        if (context == null) {
            context = new ZstdCompressCtx();
            context.setLevel(LEVEL);
            memory = ByteBuffer.allocateDirect((int) Zstd.compressBound(Frame.DATA_BYTES_MAX));
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
