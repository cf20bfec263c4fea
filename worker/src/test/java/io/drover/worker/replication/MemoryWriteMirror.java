package io.drover.worker.replication;

import io.drover.worker.replication.mirror.MirrorWindow;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * QEMU's mirror of writes and the gateway's thread, for one thread at a time: a write reaches the disk first and the
 * gateway some time later, the gateway sends when chance has it, and may be killed.
 */
public final class MemoryWriteMirror implements WriteMirror {
    private static final int IN_FLIGHT_MAX = 16;

    private final MirroredTarget target;
    private final Random random;
    private final Queue<Write> inFlight = new ArrayDeque<>();
    private @Nullable MirrorWindow window;
    private int windowBytes = 64 << 10;
    private int killOneIn;
    private int mirrored;
    private int failures;

    private record Write(long offset, ByteBuffer bytes) {}

    public MemoryWriteMirror(MemoryDisk disk, MirroredTarget target, Random random) {
        this.target = target;
        this.random = random;
        disk.onGuestWrite(this::guestWrote);
    }

    void windowBytes(int bytes) {
        windowBytes = bytes;
    }

    /** One write in so many kills the gateway; 0 for never. */
    void killsOneIn(int writes) {
        killOneIn = writes;
    }

    int mirroredWrites() {
        return mirrored;
    }

    int failures() {
        return failures;
    }

    private void guestWrote(long offset, byte[] bytes) {
        if (window == null) {
            return;
        }
        inFlight.add(new Write(offset, ByteBuffer.wrap(bytes.clone())));
        while (inFlight.size() > IN_FLIGHT_MAX || (!inFlight.isEmpty() && random.nextInt(3) == 0)) {
            arrive();
        }
        while (random.nextInt(3) == 0) {
            sendOne();
        }
    }

    /** What QEMU does before a transaction. */
    public void drain() {
        while (!inFlight.isEmpty()) {
            arrive();
        }
    }

    private void arrive() {
        Write write = inFlight.remove();
        MirrorWindow open = window;
        if (open == null) {
            return;
        }
        try {
            if (killOneIn > 0 && random.nextInt(killOneIn) == 0) {
                open.fail(new IOException("killed"));
                failures++;
            }
            int length = write.bytes.remaining();
            while (!open.admits(length)) {
                boolean _ = target.sendMirrored(open);
            }
            open.put(write.offset, length, BlockSender.isZero(write.bytes) ? null : write.bytes);
            mirrored++;
        } catch (IOException | InterruptedException e) {
            open.fail(new IOException("the mirror's write failed", e));
        }
    }

    private void sendOne() {
        MirrorWindow open = window;
        try {
            if (open != null) {
                boolean _ = target.sendMirrored(open);
            }
        } catch (IOException | InterruptedException e) {
            open.fail(new IOException("sending failed", e));
        }
    }

    @Override
    public void start() throws IOException {
        MirrorWindow open = window;
        if (open == null) {
            window = new MirrorWindow(windowBytes);
            target.mirror(window);
        } else {
            open.checkFailure();
        }
    }

    @Override
    public void beginRound() throws IOException, InterruptedException {
        target.beginRound(running());
    }

    @Override
    public long pendingBytes() throws IOException {
        return running().heldBytes();
    }

    @Override
    public void complete() throws IOException, InterruptedException {
        MirrorWindow open = window;
        if (open != null) {
            drain();
            open.checkFailure();
            target.sendUpTo(open, open.sequence());
            abandon();
        }
    }

    @Override
    public void abandon() {
        MirrorWindow open = window;
        window = null;
        inFlight.clear();
        if (open != null) {
            open.fail(new IOException("given up"));
        }
        target.mirror(null);
    }

    private MirrorWindow running() throws IOException {
        MirrorWindow open = window;
        if (open == null) {
            throw new IOException("no mirror was started");
        }
        return open;
    }
}
