package io.drover.worker.peer.client;

import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.channel.SessionFailure;
import io.drover.worker.wire.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;

/**
 * What waits to be sent over one data connection, in order, in memory of a fixed size: so that whoever reads the disk
 * does not wait for each frame to be packed and sent, and the connection does not wait for the disk.
 */
final class Outbox {
    /** As much as a 10 Gbit/s link carries while a disk seeks. */
    private static final int BYTES_MAX = 4 << 20;

    /** Frames without content take no memory of the ring. */
    private static final int FRAMES_MAX = 1024;

    private final ByteRing ring = new ByteRing(BYTES_MAX);
    private final ArrayDeque<Parcel> waiting = new ArrayDeque<>();
    private final SessionFailure breakage;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    Outbox(SessionFailure breakage) {
        this.breakage = breakage;
        breakage.onBreak(this::wakeAll);
    }

    /**
     * A frame on its way.
     *
     * @param sent told how many bytes went out
     */
    record Parcel(Frame frame, LinkLimiter limiter, IntConsumer sent) {
        boolean hasContent() {
            return frame.payload().hasRemaining();
        }
    }

    /** Copies the frame; blocks while there is no room for it. */
    void put(Frame frame, LinkLimiter limiter, IntConsumer sent) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            waiting.add(new Parcel(copy(frame), limiter, sent));
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The next frame; it keeps its memory until {@link #done}. */
    Parcel take() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            breakage.check();
            while (waiting.isEmpty()) {
                changed.await();
                breakage.check();
            }
            changed.signalAll();
            return waiting.remove();
        } finally {
            lock.unlock();
        }
    }

    /** In the order in which they were taken. */
    void done(Parcel parcel) {
        lock.lock();
        try {
            if (parcel.hasContent()) {
                ring.release();
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private Frame copy(Frame frame) throws IOException, InterruptedException {
        breakage.check();
        while (waiting.size() >= FRAMES_MAX) {
            changed.await();
            breakage.check();
        }
        if (!(frame instanceof Frame.Data data)) {
            return frame;
        }
        ByteBuffer content = data.payload();
        Optional<ByteBuffer> memory = ring.claim(content.remaining());
        while (memory.isEmpty()) {
            changed.await();
            breakage.check();
            memory = ring.claim(content.remaining());
        }
        return new Frame.Data(
                data.disk(),
                data.offset(),
                memory.get().put(content.duplicate()).flip());
    }

    private void wakeAll() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
