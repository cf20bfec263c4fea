package io.drover.worker.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A disk at the destination in memory. What was not flushed is lost when the connection breaks, in part or in whole.
 * For one thread at a time.
 */
public final class MemoryTarget implements BlockTarget {
    private static final int HEADER_BYTES = 32;

    private final byte[] cached;
    private final byte[] durable;
    private final BitSet allocated = new BitSet();
    private BooleanSupplier breaks = () -> false;
    private long wireBytes;
    private long dataBytes;
    private boolean unflushed;
    private List<Extent> left = List.of();

    /** @param before what the target holds at first */
    public MemoryTarget(byte[] before) {
        cached = before.clone();
        durable = before.clone();
    }

    /** Asked before each frame and flush: true breaks the connection. */
    public void breaksWhen(BooleanSupplier condition) {
        breaks = condition;
    }

    public byte[] durable() {
        return durable.clone();
    }

    public boolean unflushed() {
        return unflushed;
    }

    /** Bytes sent as data, not as zeros. */
    public long dataBytes() {
        return dataBytes;
    }

    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        int length = content.remaining();
        sent(HEADER_BYTES + length);
        dataBytes += length;
        content.get(cached, (int) offset, length);
        allocated.set((int) (offset / MemoryDisk.BLOCK_BYTES), blockEnd(offset + length));
    }

    @Override
    public void zero(long offset, long length) throws IOException {
        sent(HEADER_BYTES);
        Arrays.fill(cached, (int) offset, (int) (offset + length), (byte) 0);
        int from = blockEnd(offset);
        allocated.clear(from, Math.max(from, (int) ((offset + length) / MemoryDisk.BLOCK_BYTES)));
    }

    @Override
    public void flush() throws IOException {
        sent(HEADER_BYTES);
        System.arraycopy(cached, 0, durable, 0, cached.length);
        unflushed = false;
    }

    @Override
    public void leaveBehind(List<Extent> extents) throws IOException {
        if (breaks.getAsBoolean()) {
            throw new IOException("the connection broke");
        }
        left = Extents.union(left, extents);
    }

    /** What every {@link #leaveBehind} was about. */
    public List<Extent> left() {
        return left;
    }

    @Override
    public long wireBytes() {
        return wireBytes;
    }

    /** Bytes the target has allocated, as far as it was written here. */
    public long allocatedBytes() {
        return (long) allocated.cardinality() * MemoryDisk.BLOCK_BYTES;
    }

    private void sent(int bytes) throws IOException {
        if (breaks.getAsBoolean()) {
            System.arraycopy(durable, 0, cached, 0, cached.length);
            unflushed = false;
            throw new IOException("the connection broke");
        }
        wireBytes += bytes;
        unflushed = true;
    }

    private static int blockEnd(long offset) {
        return (int) Math.ceilDiv(offset, MemoryDisk.BLOCK_BYTES);
    }
}
