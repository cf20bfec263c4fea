package io.drover.worker.replication.mirror;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.text.FileProblem;
import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one way to a disk's target, for the copy and for mirrored writes. Whatever is sent is chosen and sent under one
 * lock, so that the order of the wire is the order of the choice (docs/decisions/0009):
 *
 * <ul>
 *   <li>mirrored writes go first, the copy waits for them, but for a share that keeps it going;
 *   <li>of the copy only what no mirrored write has touched since the round began is sent;
 *   <li>when a round begins all writes mirrored before are sent, so that none can follow what was read after it.
 * </ul>
 */
public final class MirroredTarget implements BlockTarget {
    /** Mirrored bytes that go before one piece of the copy: it keeps a fifth of the link if the guest wants it all. */
    private static final long AHEAD_BYTES = 1 << 20;

    /** About what a frame without content is worth. */
    private static final long ZERO_COST_BYTES = 64;

    /** To look through a window costs as much as to send a few writes. */
    private static final int SENT_PER_LOOK = 64;

    private final BlockTarget target;
    private final Object order = new Object();

    @GuardedBy("order")
    private @Nullable IOException broken;

    @GuardedBy("order")
    private @Nullable MirrorWindow window;

    public MirroredTarget(BlockTarget target) {
        this.target = target;
    }

    /** Puts this window before the copy; null for none. */
    public void mirror(@Nullable MirrorWindow next) {
        synchronized (order) {
            window = next;
        }
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException, InterruptedException {
        synchronized (order) {
            throwBreak();
            MirrorWindow mirrored = window;
            if (mirrored == null) {
                target.write(offset, content);
                return;
            }
            sendAhead(mirrored);
            for (Extent part : mirrored.untouched(offset, content.remaining())) {
                int from = content.position() + (int) (part.offset() - offset);
                target.write(part.offset(), content.slice(from, (int) part.length()));
            }
        }
    }

    @Override
    public void zero(long offset, long length) throws IOException, InterruptedException {
        synchronized (order) {
            throwBreak();
            MirrorWindow mirrored = window;
            if (mirrored == null) {
                target.zero(offset, length);
                return;
            }
            sendAhead(mirrored);
            for (Extent part : mirrored.untouched(offset, length)) {
                target.zero(part.offset(), part.length());
            }
        }
    }

    @Override
    public void leaveBehind(List<Extent> extents) throws IOException, InterruptedException {
        synchronized (order) {
            throwBreak();
            target.leaveBehind(extents);
        }
    }

    @GuardedBy("order")
    private void sendAhead(MirrorWindow mirrored) throws IOException, InterruptedException {
        for (long bytes = 0; bytes < AHEAD_BYTES; ) {
            PendingWrite next = mirrored.poll();
            if (next == null) {
                return;
            }
            bytes += sendForCopy(mirrored, next);
        }
    }

    @GuardedBy("order")
    private long sendForCopy(MirrorWindow mirrored, PendingWrite write) throws IOException, InterruptedException {
        try {
            // Zeros count as well, or many of them would shut the copy out.
            return Math.max(send(mirrored, write), ZERO_COST_BYTES);
        } finally {
            broken = null; // the copy hears of it right here
        }
    }

    /** Sends one mirrored write; false when there is none. */
    public boolean sendMirrored(MirrorWindow mirrored) throws IOException, InterruptedException {
        synchronized (order) {
            PendingWrite next = mirrored.take();
            send(mirrored, next);
            return next != null;
        }
    }

    /** Returns how much content went. */
    @GuardedBy("order")
    private long send(MirrorWindow mirrored, @Nullable PendingWrite write) throws IOException, InterruptedException {
        if (write == null) {
            return 0;
        }
        try {
            ByteBuffer content = write.content();
            if (content == null) {
                target.zero(write.offset(), write.length());
            } else {
                target.write(write.offset(), content.duplicate());
            }
            return write.heldBytes();
        } catch (IOException e) {
            broken = e;
            mirrored.fail(e);
            throw e;
        }
    }

    /** A connection breaks for all: what the copy had sent over it may be lost as well, so the copy must hear of it. */
    private void throwBreak() throws IOException {
        synchronized (order) {
            IOException first = broken;
            broken = null;
            if (first != null) {
                throw new IOException(FileProblem.told(first), first);
            }
        }
    }

    /** See {@link io.drover.worker.replication.WriteMirror#beginRound}. */
    public void beginRound(MirrorWindow mirrored) throws IOException, InterruptedException {
        sendUpTo(mirrored, mirrored.beginRound());
    }

    /** Returns when the writes up to this sequence, or newer ones in their place, are sent. */
    public void sendUpTo(MirrorWindow mirrored, long sequence) throws IOException, InterruptedException {
        while (mirrored.holds(sequence)) {
            for (int i = 0; i < SENT_PER_LOOK; i++) {
                boolean _ = sendMirrored(mirrored);
            }
        }
        synchronized (order) {
            mirrored.checkFailure(); // and whoever sent the last one has done so
        }
    }

    @Override
    public void flush() throws IOException, InterruptedException {
        throwBreak();
        target.flush();
        throwBreak();
    }

    @Override
    public long wireBytes() {
        return target.wireBytes();
    }
}
