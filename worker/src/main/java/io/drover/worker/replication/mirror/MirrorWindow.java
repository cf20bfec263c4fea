package io.drover.worker.replication.mirror;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.text.FileProblem;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The guest's writes between the guest and the wire. A newer write takes the place of what it overwrites, so that a
 * block written again and again is sent once. Holds parts that do not overlap; they are sent in the order of the disk,
 * round and round, which leaves none behind.
 *
 * <p>Any thread may call. Whoever waits for a change waits on this object's monitor.
 */
public final class MirrorWindow {
    /** A bound on what a guest of many small writes of zeros may pile up. */
    private static final int PARTS_MAX = 1 << 16;

    private final long bytesMax;

    @GuardedBy("this")
    private final TreeMap<Long, PendingWrite> pending = new TreeMap<>();

    @GuardedBy("this")
    private RecentWrites recent = new RecentWrites();

    @GuardedBy("this")
    private long heldBytes;

    @GuardedBy("this")
    private long sequence;

    @GuardedBy("this")
    private long cursor;

    @GuardedBy("this")
    private @Nullable IOException failure;

    /** @param bytesMax what may wait to be sent; one larger write is let in alone */
    public MirrorWindow(long bytesMax) {
        if (bytesMax < 0) {
            throw new IllegalArgumentException("a window of " + bytesMax + " bytes");
        }
        this.bytesMax = bytesMax;
    }

    /** Whether a write waits until the destination has it. */
    public boolean synchronous() {
        return bytesMax == 0;
    }

    /** Whether so many bytes may come in now. */
    public synchronized boolean admits(long bytes) {
        // Of a synchronous one every writer waits for its own write: their number is the bound.
        return synchronous() || pending.isEmpty() || (heldBytes + bytes <= bytesMax && pending.size() < PARTS_MAX);
    }

    /**
     * Takes a write; the content stays with the window.
     *
     * @param content null for zeros
     * @return the write's sequence, ascending
     */
    public synchronized long put(long offset, long length, @Nullable ByteBuffer content) throws IOException {
        checkFailure();
        remove(offset, offset + length);
        recent.add(offset, length);
        sequence++;
        insert(new PendingWrite(offset, length, content, sequence));
        notifyAll();
        return sequence;
    }

    /** Removes what is pending in the range, parts of writes included. */
    @GuardedBy("this")
    private void remove(long from, long to) {
        Map.Entry<Long, PendingWrite> before = pending.lowerEntry(from);
        if (before != null && before.getValue().end() > from) {
            PendingWrite write = take(before.getValue());
            insert(write.part(write.offset(), from));
            if (write.end() > to) {
                insert(write.part(to, write.end()));
            }
        }
        for (PendingWrite write : new ArrayList<>(pending.subMap(from, to).values())) {
            PendingWrite _ = take(write);
            if (write.end() > to) {
                insert(write.part(to, write.end()));
            }
        }
    }

    @GuardedBy("this")
    private void insert(PendingWrite write) {
        pending.put(write.offset(), write);
        heldBytes += write.heldBytes();
    }

    @GuardedBy("this")
    private PendingWrite take(PendingWrite write) {
        pending.remove(write.offset());
        heldBytes -= write.heldBytes();
        return write;
    }

    /** The next part to be sent, out of the window; null when there is none. */
    @Nullable
    synchronized PendingWrite take() throws IOException {
        checkFailure();
        return poll();
    }

    /** Like {@link #take}; a failed window just has nothing. */
    @Nullable
    synchronized PendingWrite poll() {
        Map.Entry<Long, PendingWrite> next = pending.ceilingEntry(cursor);
        if (next == null) {
            next = pending.firstEntry();
        }
        if (next == null) {
            return null;
        }
        PendingWrite write = take(next.getValue());
        cursor = write.end();
        notifyAll();
        return write;
    }

    /** Forgets which writes came until now, and returns the sequence of the last. */
    synchronized long beginRound() throws IOException {
        checkFailure();
        recent = new RecentWrites();
        return sequence;
    }

    /** The parts of the range that no mirrored write has touched since the round began. */
    synchronized List<Extent> untouched(long offset, long length) {
        return recent.untouched(offset, length);
    }

    /** Whether a write up to this sequence still waits, in part at least. */
    synchronized boolean holds(long upTo) {
        return pending.values().stream().anyMatch(write -> write.sequence() <= upTo);
    }

    /** Whether anything waits to be sent. */
    public synchronized boolean isEmpty() {
        return pending.isEmpty();
    }

    /** The sequence of the last write. */
    public synchronized long sequence() {
        return sequence;
    }

    /** Content that waits to be sent. */
    public synchronized long heldBytes() throws IOException {
        checkFailure();
        return heldBytes;
    }

    /** Nothing goes in or out any more. */
    public synchronized void fail(IOException why) {
        if (failure == null) {
            failure = why;
            pending.clear();
            heldBytes = 0;
            notifyAll();
        }
    }

    /** Throws what has ended it, if something has. */
    public synchronized void checkFailure() throws IOException {
        if (failure != null) {
            throw new IOException("the mirror ended: " + FileProblem.told(failure), failure);
        }
    }
}
