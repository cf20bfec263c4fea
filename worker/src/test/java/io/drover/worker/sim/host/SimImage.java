package io.drover.worker.sim.host;

import io.drover.messages.MigrationId;
import io.drover.worker.sim.control.SimWorld;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A disk of few blocks; a block holds one number, zero where nothing was ever written. What was not synced since it was
 * written may be gone after a power cut.
 */
public final class SimImage {
    public static final int BLOCK = 4096;
    private final long size;
    private final long[] blocks;
    private final long[] durable;
    /** What the next sync makes durable. */
    private final BitSet dirty = new BitSet();

    private boolean locked;
    public boolean readOnly;

    /** The migration that made it and has not let it stay yet. */
    @Nullable
    public MigrationId arriving;

    public SimImage(long size, @Nullable MigrationId arriving) {
        this.size = size;
        this.arriving = arriving;
        this.blocks = new long[(int) ((size + BLOCK - 1) / BLOCK)];
        this.durable = blocks.clone();
    }

    public SimImage copy() {
        var copy = new SimImage(size, arriving);
        System.arraycopy(blocks, 0, copy.blocks, 0, blocks.length);
        copy.readOnly = readOnly;
        copy.sync();
        return copy;
    }

    public long size() {
        return size;
    }

    public int count() {
        return blocks.length;
    }

    public long block(int index) {
        return blocks[index];
    }

    /** Durable after {@link #sync}. */
    public void write(int index, long value) {
        blocks[index] = value;
        dirty.set(index);
    }

    void sync() {
        dirty.stream().forEach(index -> durable[index] = blocks[index]);
        dirty.clear();
    }

    /**
     * As Linux does it: what was to be made durable is lost, said so once and forgotten; it is seen until the power
     * goes.
     */
    void failSync() {
        dirty.clear();
    }

    /** What was not synced may have been written all the same. */
    void losePower(SimWorld world) {
        for (int i = 0; i < blocks.length; i++) {
            if (blocks[i] != durable[i] && dirty.get(i) && world.chance(0.5)) {
                durable[i] = blocks[i];
            }
            blocks[i] = durable[i];
        }
        dirty.clear();
    }

    BitSet allocated() {
        var set = new BitSet();
        for (int i = 0; i < blocks.length; i++) {
            set.set(i, blocks[i] != 0);
        }
        return set;
    }

    public boolean locked() {
        return locked;
    }

    void lock() {
        locked = true;
    }

    void unlock() {
        locked = false;
    }

    /** The bytes of one block, the last one of a disk shorter. */
    ByteBuffer bytes(int index) {
        int length = (int) Math.min(BLOCK, size - (long) index * BLOCK);
        return ByteBuffer.allocate(length).putLong(0, blocks[index]);
    }

    @Override
    public String toString() {
        return Arrays.toString(blocks);
    }
}
