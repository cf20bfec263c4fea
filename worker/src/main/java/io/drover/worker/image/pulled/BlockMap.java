package io.drover.worker.image.pulled;

import io.drover.worker.image.file.LostWrites;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which blocks of an image are there, as a memory-mapped file: a page of header, the <em>live</em> bits, the
 * <em>durable</em> bits; one bit a block of 4 KiB.
 *
 * <p>A live bit is set when its block has been written, so a killed worker loses nothing: the kernel keeps both. After
 * a power cut the kernel may have written a bit and not its block; therefore the header names the boot it belongs to,
 * and under another boot the durable bits count, which are copied from the live ones only around an fdatasync of the
 * image.
 *
 * <p>Bits of one region ({@link #REGION_BLOCKS} blocks) are changed under a lock of the caller's; regions share no
 * word.
 */
public final class BlockMap {
    public static final int BLOCK_BYTES = 4096;

    /** So many blocks fill whole words. */
    static final int REGION_BLOCKS = 256;

    private static final int PAGE_BYTES = 4096;
    private static final long MAGIC = 0x44524f564d415031L; // "DROVMAP1"
    private static final long SIZE_AT = 8;
    private static final long PHASE_AT = 16;
    private static final long BOOT_AT = 24;
    private static final int BOOT_BYTES = 64;
    private static final long LOST_AT = BOOT_AT + BOOT_BYTES;
    private static final MemorySegment NO_BITS = MemorySegment.ofArray(new byte[PAGE_BYTES]);
    private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

    /** What the image is about. */
    public enum Phase {
        /** Its VM has not run: whatever the source sends is the newest. */
        FILLING(0),
        /** Its VM may have run: what is there is newer than anything the source sends. */
        PULLING(1),
        /** Everything is there and durable. */
        COMPLETE(2);

        private final long code;

        Phase(long code) {
            this.code = code;
        }

        static Phase of(long code) {
            for (Phase phase : values()) {
                if (phase.code == code) {
                    return phase;
                }
            }
            throw new IllegalStateException("a block map in phase " + code + " is not of this version");
        }
    }

    private final MapMemory memory;
    private final MemorySegment file;
    private final long size;
    private final long blocks;
    private final long mapBytes;
    private final AtomicLong missing = new AtomicLong();
    private final Set<Long> dirtyPages = ConcurrentHashMap.newKeySet();

    private BlockMap(MapMemory memory, long size) {
        this.memory = memory;
        this.file = memory.bytes();
        this.size = size;
        this.blocks = Math.ceilDiv(size, BLOCK_BYTES);
        this.mapBytes = mapBytes(size);
    }

    private static long mapBytes(long size) {
        long bits = Math.ceilDiv(size, BLOCK_BYTES);
        return Math.ceilDiv(Math.ceilDiv(bits, Byte.SIZE), PAGE_BYTES) * PAGE_BYTES;
    }

    /** Makes the map of an image of which nothing is there; durable when it returns, but for its name. */
    public static BlockMap create(Path path, long size, String boot) throws IOException {
        return create(MapMemory.create(path, fileBytes(size)), size, boot);
    }

    public static BlockMap create(MapMemory memory, long size, String boot) throws IOException {
        BlockMap map = new BlockMap(memory, size);
        map.file.set(ValueLayout.JAVA_LONG, SIZE_AT, size);
        map.setBoot(boot);
        map.file.set(ValueLayout.JAVA_LONG, 0, MAGIC);
        memory.force(0, map.file.byteSize());
        map.missing.set(map.blocks);
        return map;
    }

    /** Opens a map that stands there. */
    public static BlockMap open(Path path, long size, String boot) throws IOException {
        return open(MapMemory.open(path, fileBytes(size)), size, boot);
    }

    public static BlockMap open(MapMemory memory, long size, String boot) throws IOException {
        BlockMap map = new BlockMap(memory, size);
        if (map.file.get(ValueLayout.JAVA_LONG, 0) != MAGIC || map.file.get(ValueLayout.JAVA_LONG, SIZE_AT) != size) {
            throw new IOException("this is not the block map of an image of " + size + " bytes");
        }
        if (!map.file.getString(BOOT_AT, StandardCharsets.US_ASCII).equals(boot)) {
            MemorySegment.copy(map.file, PAGE_BYTES + map.mapBytes, map.file, PAGE_BYTES, map.mapBytes);
            memory.force(0, map.file.byteSize());
            // What was lost was never acknowledged, and the cache that hid it is gone: the durable half is the truth.
            map.file.set(ValueLayout.JAVA_LONG, LOST_AT, 0);
            map.setBoot(boot);
            map.forceHeader();
        }
        map.count();
        map.findDirtyPages();
        return map;
    }

    /** The phase in a map that may be open elsewhere. */
    public static Phase phaseOf(Path path) throws IOException {
        return Phase.of(headerWord(path, PHASE_AT));
    }

    /** {@link #lostWrites} of a map that may be open elsewhere, or be of an earlier boot. */
    public static boolean lostWrites(Path path) throws IOException {
        return headerWord(path, LOST_AT) != 0;
    }

    private static long headerWord(Path path, long at) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
            if (channel.read(word, at) != Long.BYTES) {
                throw new IOException(path + ": is no block map");
            }
            return word.getLong(0);
        }
    }

    /** Size of the file that holds the map of an image. */
    static long fileBytes(long size) {
        return PAGE_BYTES + 2 * mapBytes(size);
    }

    private void setBoot(String boot) {
        if (boot.length() >= BOOT_BYTES) {
            throw new IllegalArgumentException("boot id: '" + boot + "' is too long");
        }
        file.setString(BOOT_AT, boot, StandardCharsets.US_ASCII);
    }

    private void forceHeader() throws IOException {
        memory.force(0, PAGE_BYTES);
    }

    private void count() {
        long present = 0;
        for (long at = 0; at < mapBytes; at += Long.BYTES) {
            present += Long.bitCount(word(at));
        }
        missing.set(blocks - present);
    }

    /** An earlier process may have ended between a bit and its sync, or after an msync that failed. */
    private void findDirtyPages() {
        for (long page = 0; page < mapBytes / PAGE_BYTES; page++) {
            if (!isEmpty(PAGE_BYTES + page * PAGE_BYTES) || !isEmpty(durableAt(page))) {
                dirtyPages.add(page);
            }
        }
    }

    private boolean isEmpty(long pageAt) {
        return MemorySegment.mismatch(file, pageAt, pageAt + PAGE_BYTES, NO_BITS, 0, PAGE_BYTES) < 0;
    }

    Phase phase() {
        return Phase.of((long) WORD.getVolatile(file, PHASE_AT));
    }

    /** Durable when it returns; when that fails the phase is the old one. */
    void setPhase(Phase phase) throws IOException {
        long old = (long) WORD.getVolatile(file, PHASE_AT);
        WORD.setVolatile(file, PHASE_AT, phase.code);
        boolean durable = false;
        try {
            forceHeader();
            durable = true;
        } finally {
            if (!durable) {
                WORD.setVolatile(file, PHASE_AT, old);
            }
        }
    }

    /** Whether a sync of the image failed under this boot: what the page cache shows of it may not be on the disk. */
    public boolean lostWrites() {
        return (long) WORD.getVolatile(file, LOST_AT) != 0;
    }

    void noteLostWrites() {
        WORD.setVolatile(file, LOST_AT, 1);
    }

    long blocks() {
        return blocks;
    }

    long missing() {
        return missing.get();
    }

    /** The first block of this kind from {@code from} on and before {@code end}; {@code end} when there is none. */
    long next(boolean present, long from, long end) {
        long block = from;
        while (block < end) {
            long word = word(wordAt(block)) ^ (present ? 0 : -1L);
            long rest = word >>> block;
            if (rest != 0) {
                return Math.min(end, block + Long.numberOfTrailingZeros(rest));
            }
            block = (block / Long.SIZE + 1) * Long.SIZE;
        }
        return end;
    }

    /** Whether all of the blocks are there. */
    boolean allPresent(long from, long end) {
        return next(false, from, end) == end;
    }

    /** The image holds the blocks from now on. */
    void set(long from, long end) {
        for (long block = from; block < end; block++) {
            change(block, true);
        }
    }

    /** What the image holds of the blocks is worth nothing any more. */
    void clear(long from, long end) {
        for (long block = from; block < end; block++) {
            change(block, false);
        }
    }

    private void change(long block, boolean present) {
        long at = wordAt(block);
        long old = word(at);
        long bit = 1L << block;
        long changed = present ? old | bit : old & ~bit;
        if (changed != old) {
            WORD.setVolatile(file, PAGE_BYTES + at, changed);
            dirtyPages.add(at / PAGE_BYTES);
            missing.addAndGet(present ? -1 : 1);
        }
    }

    /**
     * Makes the bits durable that are set now, after the image is. When it fails, whatever by, they are made durable by
     * the next: their pages are written anew from the live half, so that nothing rests on what a failed msync left
     * behind.
     *
     * @param image makes the image durable
     */
    void sync(LostWrites.Sync image) throws IOException {
        List<Long> pages = List.copyOf(dirtyPages);
        pages.forEach(dirtyPages::remove); // before it is copied: a bit set in between makes its page dirty again
        boolean durable = false;
        try {
            var bits = new byte[pages.size()][PAGE_BYTES];
            for (int i = 0; i < bits.length; i++) {
                copyPage(pages.get(i), bits[i]);
            }
            image.sync();
            for (int i = 0; i < bits.length; i++) {
                file.asSlice(durableAt(pages.get(i)), PAGE_BYTES).copyFrom(MemorySegment.ofArray(bits[i]));
            }
            if (!pages.isEmpty()) {
                long first = durableAt(Collections.min(pages));
                memory.force(first, durableAt(Collections.max(pages)) + PAGE_BYTES - first);
            }
            durable = true;
        } finally {
            if (!durable) {
                dirtyPages.addAll(pages);
            }
        }
    }

    private long durableAt(long page) {
        return PAGE_BYTES + mapBytes + page * PAGE_BYTES;
    }

    private void copyPage(long page, byte[] into) {
        MemorySegment target = MemorySegment.ofArray(into);
        for (int at = 0; at < PAGE_BYTES; at += Long.BYTES) {
            target.set(ValueLayout.JAVA_LONG_UNALIGNED, at, word(page * PAGE_BYTES + at));
        }
    }

    private static long wordAt(long block) {
        return block / Long.SIZE * Long.BYTES;
    }

    private long word(long at) {
        return (long) WORD.getVolatile(file, PAGE_BYTES + at);
    }

    /** Size of the image in bytes. */
    long size() {
        return size;
    }
}
