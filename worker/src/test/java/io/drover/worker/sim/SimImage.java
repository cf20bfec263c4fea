package io.drover.worker.sim;

import io.drover.messages.MigrationId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A disk of few blocks; a block holds one number, zero where nothing was ever written. */
final class SimImage {
    static final int BLOCK = 4096;
    private final long size;
    private long[] blocks;
    private long[] durable;
    private boolean locked;
    boolean readOnly;

    /** The migration that made it and has not let it stay yet. */
    @Nullable
    MigrationId arriving;

    SimImage(long size, @Nullable MigrationId arriving) {
        this.size = size;
        this.arriving = arriving;
        this.blocks = new long[(int) ((size + BLOCK - 1) / BLOCK)];
        this.durable = blocks.clone();
    }

    long size() {
        return size;
    }

    int count() {
        return blocks.length;
    }

    long block(int index) {
        return blocks[index];
    }

    boolean holds(long[] content) {
        return Arrays.equals(blocks, content);
    }

    /** A write by a worker: durable only after {@link #sync}. */
    void write(int index, long value) {
        blocks[index] = value;
    }

    /** A guest's write that it was told is on disk. */
    void writeDurably(int index, long value) {
        blocks[index] = value;
        durable[index] = value;
    }

    void sync() {
        durable = blocks.clone();
    }

    void losePower() {
        blocks = durable.clone();
    }

    BitSet allocated() {
        var set = new BitSet();
        for (int i = 0; i < blocks.length; i++) {
            set.set(i, blocks[i] != 0);
        }
        return set;
    }

    boolean locked() {
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
