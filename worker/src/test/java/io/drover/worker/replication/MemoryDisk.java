package io.drover.worker.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A guest's disk in memory, as QEMU shows it: written and discarded by a guest, read through an export, with an account
 * of the writes in blocks of 4 KiB. For one thread at a time.
 */
public final class MemoryDisk implements BlockSource, DiskChanges {
    public static final int BLOCK_BYTES = 4096;

    private final byte[] content;
    private final BitSet allocated = new BitSet();
    private BitSet dirty = new BitSet();
    private final List<BitSet> mirrors = new ArrayList<>();
    private boolean roundOpen;
    private GuestWrites guestWrites = (offset, bytes) -> {};
    private Runnable beforeFreeze = () -> {};
    private Runnable beforePiece = () -> {};
    private Runnable onDurable = () -> {};
    private long bytesRead;

    public MemoryDisk(int size) {
        content = new byte[size];
    }

    // --- the guest ---------------------------------------------------------------------------------------------------

    public void guestWrites(long offset, byte[] bytes) {
        System.arraycopy(bytes, 0, content, (int) offset, bytes.length);
        mark(offset, bytes.length);
        allocated.set(block(offset), block(offset + bytes.length - 1) + 1);
        guestWrites.wrote(offset, bytes);
    }

    /** Who is told of each write of the guest after it was made, as QEMU's mirror is. */
    public void onGuestWrite(GuestWrites listener) {
        guestWrites = listener;
    }

    /** Takes a write of the guest; zeros where it discarded. */
    @FunctionalInterface
    public interface GuestWrites {
        void wrote(long offset, byte[] bytes);
    }

    /** Only whole blocks become holes, but all of the range becomes zero and counts as dirty, as in QEMU. */
    public void guestDiscards(long offset, int length) {
        Arrays.fill(content, (int) offset, (int) offset + length, (byte) 0);
        mark(offset, length);
        for (int block = block(offset); block <= block(offset + length - 1); block++) {
            long start = (long) block * BLOCK_BYTES;
            if (start >= offset && Math.min(start + BLOCK_BYTES, content.length) <= offset + length) {
                allocated.clear(block);
            }
        }
        guestWrites.wrote(offset, new byte[length]);
    }

    public byte[] content() {
        return content.clone();
    }

    /** What happens when a round is said to be durable, for example a check that it is. */
    public void onDurable(Runnable action) {
        onDurable = action;
    }

    /** What happens before an account turns: QEMU waits for the writes in flight. */
    public void onFreeze(Runnable action) {
        beforeFreeze = action;
    }

    public byte[] copy(long offset, int length) {
        return Arrays.copyOfRange(content, (int) offset, (int) offset + length);
    }

    /** What happens before each piece is read, for example the guest writes. */
    public void beforeEachPiece(Runnable action) {
        beforePiece = action;
    }

    public long bytesRead() {
        return bytesRead;
    }

    // --- the export --------------------------------------------------------------------------------------------------

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public List<Extent> allocated(Extent within) {
        return Extents.intersect(extents(allocated::get), List.of(within));
    }

    @Override
    public void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer)
            throws IOException, InterruptedException {
        for (Extent extent : extents) {
            for (long at = extent.offset(); at < extent.end(); ) {
                int length = (int) Math.min(pieceBytes - at % pieceBytes, extent.end() - at);
                beforePiece.run();
                bytesRead += length;
                consumer.accept(at, ByteBuffer.wrap(copy(at, length)));
                at += length;
            }
        }
    }

    // --- the account -------------------------------------------------------------------------------------------------

    @Override
    public long dirtyBytes() {
        return Extents.totalBytes(extents(dirty::get));
    }

    @Override
    public Round freeze() {
        beforeFreeze.run();
        if (roundOpen) {
            throw new IllegalStateException("a round is open already");
        }
        roundOpen = true;
        BlockSet frozen = BlockSet.of(content.length, extents(dirty::get));
        dirty = new BitSet();
        return new Round() {
            @Override
            public BlockSet blocks() {
                return frozen;
            }

            @Override
            public void durable() {
                onDurable.run();
                roundOpen = false;
            }
        };
    }

    /** An account of its own for a mirror, everything dirty at first. */
    BitSet mirrorAccount() {
        var account = new BitSet();
        account.set(0, blocks());
        mirrors.add(account);
        return account;
    }

    int blocks() {
        return Math.ceilDiv(content.length, BLOCK_BYTES);
    }

    private void mark(long offset, int length) {
        dirty.set(block(offset), block(offset + length - 1) + 1);
        mirrors.forEach(mirror -> mirror.set(block(offset), block(offset + length - 1) + 1));
    }

    private List<Extent> extents(IntPredicate in) {
        var result = new ArrayList<Extent>();
        for (int block = 0; block < blocks(); block++) {
            if (in.test(block)) {
                long start = (long) block * BLOCK_BYTES;
                long length = Math.min(BLOCK_BYTES, content.length - start);
                Extent last = result.isEmpty() ? null : result.getLast();
                if (last != null && last.end() == start) {
                    result.set(result.size() - 1, new Extent(last.offset(), last.length() + length));
                } else {
                    result.add(new Extent(start, length));
                }
            }
        }
        return result;
    }

    private static int block(long offset) {
        return (int) (offset / BLOCK_BYTES);
    }
}
