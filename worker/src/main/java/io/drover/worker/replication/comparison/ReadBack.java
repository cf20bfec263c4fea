package io.drover.worker.replication.comparison;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.time.Clock;
import io.drover.worker.replication.BlockDigest;
import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import io.drover.worker.replication.RegionReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The destination's side of checking a copy. While the guest already runs, {@link #run} reads the disk once and keeps
 * the digests (32 bytes a block, none for a region of zeros) until they are compared, as far as {@link ReadAhead} has
 * room; {@link #compare} holds them against the source's, leaving out blocks that the guest may have written before
 * they were read. What was compared before, or cannot be kept, is read when it is asked for: by then the guest may have
 * rewritten more.
 */
public final class ReadBack {
    /** After so many regions the guest's writes are asked for: what it writes later to them does no harm. */
    private static final int REGIONS_PER_FREEZE = 16;

    /** QEMU notes a write when it is done: one that was under way when its block was read appears a little later. */
    private static final Duration WRITES_SETTLE = Duration.ofSeconds(2);

    private static final Duration POLL = Duration.ofMillis(20);
    private static final byte[] ALL_ZERO = new byte[0];

    private final RegionReader reader;
    private final DiskChanges changes;
    private final Clock clock;
    private final ReadAhead ahead;
    private final List<Extent> regions;
    private final AtomicReferenceArray<byte @Nullable []> digests;

    @GuardedBy("written")
    private final BlockSet written;

    private final Object accountLock = new Object();

    @GuardedBy("accountLock")
    private DiskChanges.@Nullable Round open;

    private volatile int regionsDone;
    private volatile @Nullable String failure;

    /** @param changes the account of the guest's writes since before it first ran here */
    public ReadBack(RegionReader reader, DiskChanges changes, Clock clock, ReadAhead ahead) {
        this.reader = reader;
        this.changes = changes;
        this.clock = clock;
        this.ahead = ahead;
        this.written = new BlockSet(reader.size());
        this.regions = CopyVerifier.regions(reader.size());
        this.digests = new AtomicReferenceArray<>(regions.size());
    }

    /** Reads the whole disk; to be called once, by a thread of its own. A failure is passed on to {@link #compare}. */
    public void run() throws IOException, InterruptedException {
        try {
            ByteBuffer content = ByteBuffer.allocateDirect(BlockDigest.REGION_BYTES);
            for (int i = 0; i < regions.size(); i++) {
                digests.set(i, kept(digests(regions.get(i), content), i));
                if ((i + 1) % REGIONS_PER_FREEZE == 0 || i + 1 == regions.size()) {
                    noteWrites();
                    regionsDone = i + 1;
                }
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            failure = "the disk could not be read back: " + e;
            throw e;
        }
    }

    private byte[] digests(Extent region, ByteBuffer content) throws IOException {
        synchronized (reader) { // A reader is one thread's at a time.
            reader.read(region.offset(), content.clear().limit((int) region.length()));
        }
        content.flip();
        return BlockSender.isZero(content) ? ALL_ZERO : BlockDigest.of(content);
    }

    /** Waits for room where it takes some; what was read before it may be compared meanwhile. */
    private byte[] kept(byte[] read, int index) throws IOException, InterruptedException {
        if (read.length > 0 && !ahead.tryTake()) {
            noteWrites();
            regionsDone = index;
            ahead.take(clock);
        }
        return read;
    }

    /** How much was read, in bytes. */
    public long bytesDone() {
        return Math.min((long) regionsDone * BlockDigest.REGION_BYTES, reader.size());
    }

    /**
     * Compares one region, waiting until it was read, or can be.
     *
     * @throws IOException when it was not read within {@code limit}, or cannot be
     * @throws IllegalArgumentException when this is no region of the disk
     */
    public RegionComparison compare(RegionDigests source, Duration limit) throws IOException, InterruptedException {
        int index = index(source);
        boolean read = clock.await(() -> failure != null || regionsDone > index || ahead.paused(), limit, POLL);
        String failed = failure;
        if (failed != null && regionsDone <= index) {
            throw new IOException(failed);
        }
        if (!read) {
            throw new IOException("region " + source.offset() + " was not read back within " + limit);
        }
        byte[] there = BlockDigest.of(source);
        byte[] here = destinationDigests(index, source.length());
        return settled(source.offset(), there, here);
    }

    private RegionComparison settled(long offset, byte[] there, byte[] here) throws IOException, InterruptedException {
        Duration end = clock.elapsed().plus(WRITES_SETTLE);
        RegionComparison comparison = comparison(offset, there, here);
        while (!comparison.different().isEmpty() && clock.elapsed().compareTo(end) < 0) {
            clock.sleep(WRITES_SETTLE.dividedBy(8));
            noteWrites();
            comparison = comparison(offset, there, here);
        }
        return comparison;
    }

    private RegionComparison comparison(long offset, byte[] there, byte[] here) {
        return BlockDigest.compare(offset, there, here, this::wasWritten);
    }

    private int index(RegionDigests source) {
        int index = (int) Math.min(source.offset() / BlockDigest.REGION_BYTES, Integer.MAX_VALUE);
        var stated = new Extent(source.offset(), source.length());
        if (index >= regions.size() || !regions.get(index).equals(stated)) {
            throw new IllegalArgumentException(stated + " is no region of a disk of " + reader.size() + " bytes");
        }
        return index;
    }

    private byte[] destinationDigests(int index, long length) throws IOException, InterruptedException {
        byte[] kept = regionsDone > index ? taken(index) : null;
        if (kept == null) {
            kept = digests(regions.get(index), ByteBuffer.allocateDirect((int) length));
            noteWrites();
        } else if (kept.length > 0) {
            ahead.give();
        }
        return kept.length == 0 ? BlockDigest.ofZeros(length) : kept;
    }

    /** Those of zeros stay, they take no room; null: compared before. */
    private byte @Nullable [] taken(int index) {
        return digests.getAndUpdate(index, found -> found != null && found.length == 0 ? found : null);
    }

    private void noteWrites() throws IOException, InterruptedException {
        synchronized (accountLock) { // an account has at most one open round
            if (open != null) {
                endRound(open); // a failure left it open
            }
            endRound(changes.freeze());
        }
    }

    @GuardedBy("accountLock")
    private void endRound(DiskChanges.Round round) throws IOException, InterruptedException {
        open = round;
        synchronized (written) {
            written.addAll(round.blocks());
        }
        round.durable();
        open = null;
    }

    private boolean wasWritten(long offset) {
        synchronized (written) {
            return written.holds(offset);
        }
    }
}
