package io.drover.worker.image.pulled;

import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.image.file.ImageLocks;
import io.drover.worker.image.file.LinuxFile;
import io.drover.worker.image.file.LostWrites;
import io.drover.worker.image.file.OpenImage;
import io.drover.worker.image.pulled.BlockMap.Phase;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * An image whose VM may run before all of its blocks are there. Two write to it: the source, whose blocks fill
 * what is missing, and the guest, whose writes are never written over by the source's. A guest that needs a missing
 * block has it fetched and waits. Blocks have 4 KiB; the last may be shorter.
 *
 * <p>The order of every write is data, bit, answer; {@link #sync} is fdatasync, then the map ({@link BlockMap}).
 *
 * <p>Safe for many threads. Every operation takes its regions of 1 MiB one after another under a lock each; blocks that
 * are there are read without one. Files are not closed when a thread is interrupted, as channels of the JDK would be.
 */
public final class PulledImage implements TargetImage {
    private static final long REGION_BYTES = (long) BlockMap.REGION_BLOCKS * BlockMap.BLOCK_BYTES;
    private static final int LOCKS = 64;

    /** A missing block is fetched with the missing ones beside it within 64 KiB: a guest mostly reads on. */
    private static final int CLUSTER_BLOCKS = 16;

    private final Path path;
    private final OpenImage file;
    private final LinuxFile fence;
    private final BlockMap map;
    private final Duration patience;
    private final PendingFetches wanted = new PendingFetches();
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];
    private final Condition[] arrived = new Condition[LOCKS];
    private final Object syncLock = new Object();
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private boolean fenced = true;
    private final LostWrites lost;
    private volatile boolean closed;

    private PulledImage(Path path, OpenImage file, LinuxFile fence, BlockMap map, Duration patience) {
        this.path = path;
        this.lost = new LostWrites(path.toString(), map.lostWrites(), map::noteLostWrites);
        this.file = file;
        this.fence = fence;
        this.map = map;
        this.patience = patience;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
            arrived[i] = locks[i].newCondition();
        }
    }

    /**
     * Opens an existing image and takes its map over.
     *
     * @param patience how long a guest waits for a block before it gets an error and is stopped
     */
    public static PulledImage open(Path path, ImageLocks locks, BlockMap map, Duration patience) throws IOException {
        return open(path, locks, LinuxFile.openReadWrite(path), map, patience);
    }

    /**
     * Opens an image with its map.
     *
     * @param file the image at this path, closed with this object and when this fails
     */
    public static PulledImage open(Path path, ImageLocks locks, OpenImage file, BlockMap map, Duration patience)
            throws IOException {
        try {
            return new PulledImage(path, file, fence(path, locks), map, patience);
        } catch (IOException | RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private static LinuxFile fence(Path path, ImageLocks locks) throws IOException {
        LinuxFile fence = LinuxFile.openReadOnly(path);
        try {
            locks.forbidWrites(path, fence);
            return fence;
        } catch (IOException | RuntimeException e) {
            fence.close();
            throw e;
        }
    }

    public long size() {
        return map.size();
    }

    /** How many bytes are still at the source. */
    public long missingBytes() {
        return map.missing() * BlockMap.BLOCK_BYTES;
    }

    /** Whether the VM may have run: from then on the guest's writes are the newest. */
    public boolean pulling() {
        return map.phase() == Phase.PULLING;
    }

    /** Whether everything is there and durable, as {@link #complete} has found. */
    public boolean isComplete() {
        return map.phase() == Phase.COMPLETE;
    }

    /** The missing runs from a byte on, at most so many. */
    public List<Extent> missing(long from, int max) {
        return missing(Math.max(0, from) / BlockMap.BLOCK_BYTES, map.blocks(), max);
    }

    private List<Extent> missing(long first, long end, int max) {
        var runs = new ArrayList<Extent>();
        long block = map.next(false, first, end);
        while (block < end && runs.size() < max) {
            long runEnd = map.next(true, block, end);
            runs.add(run(block, runEnd));
            block = map.next(false, runEnd, end);
        }
        return runs;
    }

    private Extent run(long from, long end) {
        long offset = from * BlockMap.BLOCK_BYTES;
        return new Extent(offset, Math.min(end * BlockMap.BLOCK_BYTES, size()) - offset);
    }

    // --- the source ------------------------------------------------------------------------------------------------

    /** What came before of these bytes is old, and the new comes later. Only while the VM cannot have run. */
    public void leaveBehind(long offset, long length) throws IOException {
        eachRegion(offset, length, (at, piece, lock) -> {
            if (map.phase() != Phase.FILLING) {
                throw new IOException(path + ": the VM may have run, nothing it has is old");
            }
            map.clear(at / BlockMap.BLOCK_BYTES, Math.ceilDiv(at + piece, BlockMap.BLOCK_BYTES));
        });
    }

    /** From now on the VM may run. Durable when it returns. */
    public void beginPulling() throws IOException {
        sync();
        if (map.phase() != Phase.COMPLETE) {
            // Again when it is so already: an earlier life may have ended before that was durable.
            map.setPhase(Phase.PULLING);
        }
    }

    /** Makes everything durable if it is all there, and remembers that; false when blocks are missing. */
    public boolean complete() throws IOException {
        if (isComplete()) {
            return true;
        }
        if (map.phase() != Phase.PULLING || map.missing() > 0) {
            return false;
        }
        sync();
        map.setPhase(Phase.COMPLETE);
        return true;
    }

    /** The source's content. While pulling, only whole blocks that are missing are taken. */
    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        ByteBuffer source = content.duplicate();
        content.position(content.limit());
        int start = source.position();
        eachRegion(offset, source.remaining(), (at, piece, lock) -> {
            int from = start + (int) (at - offset);
            fill(at, piece, (to, length) -> file.write(to, source.slice(from + (int) (to - at), (int) length)));
            arrived[lock].signalAll();
        });
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        eachRegion(offset, length, (at, piece, lock) -> {
            fill(at, piece, this::zeroFile);
            arrived[lock].signalAll();
        });
    }

    /** While filling, for an image that an earlier attempt wrote to: its map knows of nothing at first. */
    @Override
    public void keep(long offset, long length) throws IOException {
        eachRegion(offset, length, (at, piece, lock) -> {
            if (map.phase() != Phase.FILLING) {
                throw new IOException(path + ": the VM may have run, what was there before is old");
            }
            long first = Math.ceilDiv(at, BlockMap.BLOCK_BYTES);
            map.set(first, Math.max(first, wholeBlocksEnd(at + piece)));
        });
    }

    private void fill(long at, long length, Writing writing) throws IOException {
        long first = Math.ceilDiv(at, BlockMap.BLOCK_BYTES);
        long end = wholeBlocksEnd(at + length);
        if (map.phase() == Phase.FILLING) {
            writing.write(at, length);
            map.set(first, Math.max(first, end));
            return;
        }
        long block = map.next(false, first, end);
        while (block < end) {
            long runEnd = map.next(true, block, end);
            Extent run = run(block, runEnd);
            writing.write(run.offset(), run.length());
            map.set(block, runEnd);
            wanted.remove(block, runEnd);
            block = map.next(false, runEnd, end);
        }
    }

    /** The last block of the disk is whole although it may be shorter. */
    private long wholeBlocksEnd(long end) {
        return end == size() ? map.blocks() : end / BlockMap.BLOCK_BYTES;
    }

    /**
     * The connection by which blocks are asked for; replaces an earlier one and is asked for all that is waited for.
     */
    public void fetchBy(Fetcher fetcher) {
        wanted.fetchBy(fetcher);
    }

    /** That connection is over. */
    public void fetchNoMore(Fetcher fetcher) {
        wanted.fetchNoMore(fetcher);
    }

    /** Asks the source for a range; does not wait. */
    @FunctionalInterface
    public interface Fetcher {
        void fetch(long offset, long length) throws IOException;
    }

    // --- the guest -------------------------------------------------------------------------------------------------

    /** Reads, waiting for what is missing; {@link IOException} when it does not come. */
    public void guestReads(long offset, ByteBuffer into) throws IOException, InterruptedException {
        await(offset, into.remaining());
        life.readLock().lock();
        try {
            requireOpen();
            read(offset, into);
        } finally {
            life.readLock().unlock();
        }
    }

    private void read(long offset, ByteBuffer into) throws IOException {
        long at = offset;
        while (into.hasRemaining()) {
            int read = file.read(at, into.slice());
            if (read <= 0) {
                throw new IOException(path + ": ends at " + at);
            }
            into.position(into.position() + read);
            at += read;
        }
    }

    public void guestWrites(long offset, ByteBuffer content) throws IOException, InterruptedException {
        awaitEdges(offset, content.remaining());
        int start = content.position();
        eachRegion(offset, content.remaining(), (at, piece, lock) -> {
            file.write(at, content.slice(start + (int) (at - offset), (int) piece));
            nowHeld(at, piece, lock);
        });
    }

    public void guestZeroes(long offset, long length) throws IOException, InterruptedException {
        awaitEdges(offset, length);
        eachRegion(offset, length, (at, piece, lock) -> {
            zeroFile(at, piece);
            nowHeld(at, piece, lock);
        });
    }

    /** The guest has no use for the range: whole blocks of it read as zeros, the rest stays. */
    public void guestDiscards(long offset, long length) throws IOException, InterruptedException {
        long first = Math.ceilDiv(offset, BlockMap.BLOCK_BYTES) * BlockMap.BLOCK_BYTES;
        long end = Math.min(wholeBlocksEnd(offset + length) * BlockMap.BLOCK_BYTES, size());
        if (first < end) {
            guestZeroes(first, end - first);
        }
    }

    private void nowHeld(long at, long length, int lock) {
        long first = at / BlockMap.BLOCK_BYTES;
        long end = Math.ceilDiv(at + length, BlockMap.BLOCK_BYTES);
        map.set(first, end);
        wanted.remove(first, end);
        arrived[lock].signalAll();
    }

    /** What is written in part must be there before: the rest of the block is the source's. */
    private void awaitEdges(long offset, long length) throws IOException, InterruptedException {
        if (offset % BlockMap.BLOCK_BYTES != 0) {
            await(offset, 1);
        }
        long end = offset + length;
        if (end % BlockMap.BLOCK_BYTES != 0 && end != size()) {
            await(end - 1, 1);
        }
    }

    private void await(long offset, long length) throws IOException, InterruptedException {
        long first = offset / BlockMap.BLOCK_BYTES;
        long end = Math.ceilDiv(offset + length, BlockMap.BLOCK_BYTES);
        if (map.allPresent(first, end)) {
            return;
        }
        wanted.ask(clusters(first, end));
        long deadline = System.nanoTime() + patience.toNanos();
        for (long at = first; at < end; ) {
            long regionEnd = Math.min(end, (at / BlockMap.REGION_BLOCKS + 1) * BlockMap.REGION_BLOCKS);
            awaitRegion(at, regionEnd, deadline);
            at = regionEnd;
        }
    }

    private void awaitRegion(long first, long end, long deadline) throws IOException, InterruptedException {
        int lock = lock(first * BlockMap.BLOCK_BYTES);
        locks[lock].lockInterruptibly();
        try {
            while (!map.allPresent(first, end)) {
                requireOpen();
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    throw new IOException(path + ": block " + map.next(false, first, end)
                            + " did not come from the source within " + patience.toMillis() + " ms");
                }
                long _ = arrived[lock].awaitNanos(left);
            }
        } finally {
            locks[lock].unlock();
        }
    }

    /** The missing runs of the range and beside it. */
    private List<Extent> clusters(long first, long end) {
        long from = first / CLUSTER_BLOCKS * CLUSTER_BLOCKS;
        long to = Math.min(map.blocks(), Math.ceilDiv(end, CLUSTER_BLOCKS) * CLUSTER_BLOCKS);
        return missing(from, to, Integer.MAX_VALUE);
    }

    // --- both ------------------------------------------------------------------------------------------------------

    /**
     * fdatasync of the image, then the map. Once the first has failed it always fails: what was lost stays lost. The
     * second may be tried again.
     */
    @Override
    public void sync() throws IOException {
        // One at a time: one serves all who wait.
        synchronized (syncLock) {
            requireOpen();
            map.sync(() -> lost.sync(file::sync));
        }
    }

    /** Lets the VM open the image beside this object. From then on nobody but the VM may write. */
    public synchronized void dropFence() {
        if (fenced) {
            fenced = false;
            fence.close();
        }
    }

    /** Ends everything; who waits gets an error. What was not synced survives this process, not a power cut. */
    @Override
    public void close() {
        synchronized (syncLock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        for (int i = 0; i < LOCKS; i++) {
            locks[i].lock();
            arrived[i].signalAll();
        }
        life.writeLock().lock();
        try {
            dropFence();
            file.close();
        } finally {
            life.writeLock().unlock();
            for (ReentrantLock lock : locks) {
                lock.unlock();
            }
        }
    }

    private void zeroFile(long offset, long length) throws IOException {
        if (!file.punchHole(offset, length)) {
            file.write(offset, ByteBuffer.allocateDirect((int) length));
        }
    }

    private void eachRegion(long offset, long length, RegionAction action) throws IOException {
        if (offset < 0 || length < 0 || offset > size() - length) {
            throw new IOException(path + ": " + offset + "+" + length + " is outside of its " + size() + " bytes");
        }
        for (long at = offset; at < offset + length; ) {
            long piece = Math.min(REGION_BYTES - at % REGION_BYTES, offset + length - at);
            int lock = lock(at);
            locks[lock].lock();
            try {
                requireOpen();
                action.on(at, piece, lock);
            } finally {
                locks[lock].unlock();
            }
            at += piece;
        }
    }

    private static int lock(long offset) {
        return (int) (offset / REGION_BYTES % LOCKS);
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException(path + ": closed");
        }
    }

    @FunctionalInterface
    private interface RegionAction {
        void on(long offset, long length, int lock) throws IOException;
    }

    @FunctionalInterface
    private interface Writing {
        void write(long offset, long length) throws IOException;
    }
}
