package io.drover.worker.replication;

import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Digests of some blocks of a region at the source: whatever the destination can make of what it holds need not travel.
 * A digest of 4 KiB is the SHA-256 of the block; one of 64 KiB the SHA-256 of the digests of its 4 KiB blocks, in
 * order, so that content is hashed once for both.
 *
 * @param offset of the region in bytes, a multiple of 64 KiB
 * @param length of the region, at most {@link BlockDigest#REGION_BYTES}; its last block may be shorter
 * @param blockBytes {@link #FINE_BYTES} or {@link #COARSE_BYTES}
 * @param blocks numbers of the offered blocks within the region, by the size of {@code blockBytes}; not to be changed
 * @param digests 32 bytes for each offered block, in order
 */
public record ContentOffer(long offset, int length, int blockBytes, BitSet blocks, ByteBuffer digests) {
    public static final int FINE_BYTES = BlockDigest.BLOCK_BYTES;
    public static final int COARSE_BYTES = 16 * FINE_BYTES;

    public ContentOffer {
        require(offset >= 0 && offset % COARSE_BYTES == 0, "offset " + offset);
        require(length > 0 && length <= BlockDigest.REGION_BYTES, "length " + length);
        require(blockBytes == FINE_BYTES || blockBytes == COARSE_BYTES, "blocks of " + blockBytes + " bytes");
        require(blocks.length() <= Math.ceilDiv(length, blockBytes), "block " + blocks.length());
        int wanted = blocks.cardinality() * BlockDigest.DIGEST_BYTES;
        require(digests.remaining() == wanted, digests.remaining() + " bytes of digests instead of " + wanted);
    }

    private static void require(boolean holds, String found) {
        if (!holds) {
            throw new IllegalArgumentException("offer: " + found);
        }
    }

    /** Where a block lies on the disk. */
    public Extent extent(int block) {
        long at = (long) block * blockBytes;
        return new Extent(offset + at, Math.min(blockBytes, length - at));
    }
}
