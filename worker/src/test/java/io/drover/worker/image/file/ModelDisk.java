package io.drover.worker.image.file;

import io.drover.worker.image.pulled.BlockMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;

/**
 * A disk and Linux's page cache over it. What was not synced may be on the disk or not; after a sync that failed the
 * pages count as clean, whether they are on the disk or not; a full disk takes no block that it has not.
 */
public final class ModelDisk implements OpenImage {
    private static final int BLOCK = BlockMap.BLOCK_BYTES;

    private final Random random;
    private final byte[] cache;
    private final byte[] platter;
    private final BitSet allocated = new BitSet();
    private final BitSet dirty = new BitSet();
    public boolean full;
    public boolean failing;
    /** Whether a sync failed since the last power cut: the cache shows what the disk may not hold. */
    public boolean lost;

    public ModelDisk(Random random, int size) {
        this.random = random;
        cache = new byte[size];
        platter = new byte[size];
    }

    @Override
    public int read(long offset, ByteBuffer into) {
        int length = Math.min(into.remaining(), (int) (cache.length - offset));
        into.duplicate().put(cache, (int) offset, length);
        return length;
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        ByteBuffer rest = content.duplicate();
        for (int at = (int) offset; rest.hasRemaining(); ) {
            int block = at / BLOCK;
            if (full && !allocated.get(block)) {
                throw new IOException("no space left on device");
            }
            allocated.set(block);
            dirty.set(block);
            int length = Math.min(rest.remaining(), (block + 1) * BLOCK - at);
            rest.get(cache, at, length);
            at += length;
        }
    }

    @Override
    public boolean punchHole(long offset, long length) {
        Arrays.fill(cache, (int) offset, (int) (offset + length), (byte) 0);
        dirty.set((int) offset / BLOCK, (int) Math.ceilDiv(offset + length, BLOCK));
        return true;
    }

    @Override
    public void sync() throws IOException {
        boolean fails = failing && !dirty.isEmpty();
        for (int block = dirty.nextSetBit(0); block >= 0; block = dirty.nextSetBit(block + 1)) {
            if (!fails || random.nextBoolean()) {
                writeBack(block);
            }
        }
        dirty.clear();
        if (fails) {
            lost = true;
            throw new IOException("input/output error");
        }
    }

    /** The kernel writes when it likes. */
    public void writeSomeBack() {
        dirty.stream().filter(_ -> random.nextBoolean()).forEach(this::writeBack);
    }

    private void writeBack(int block) {
        int from = block * BLOCK;
        System.arraycopy(cache, from, platter, from, Math.min(BLOCK, cache.length - from));
    }

    public void cutPower() {
        writeSomeBack();
        dirty.clear();
        lost = false;
        System.arraycopy(platter, 0, cache, 0, cache.length);
    }

    public byte[] content() {
        return cache.clone();
    }

    /** The worker may be killed: the cache stays. */
    @Override
    public void close() {}
}
