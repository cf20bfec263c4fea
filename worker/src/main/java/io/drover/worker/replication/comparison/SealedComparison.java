package io.drover.worker.replication.comparison;

import io.drover.worker.replication.BlockDigest;
import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import io.drover.worker.replication.RegionReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The destination's side of checking a copy that nothing writes to: a region is read when it is asked about. */
public final class SealedComparison {
    private SealedComparison() {}

    /**
     * Compares every block of one region, or of a part of one that begins with a block.
     *
     * @throws IllegalArgumentException when this is no region of the disk
     */
    public static RegionComparison compare(RegionReader reader, RegionDigests source) throws IOException {
        if (source.length() <= 0
                || source.length() > BlockDigest.REGION_BYTES
                || source.offset() < 0
                || source.offset() % BlockDigest.BLOCK_BYTES != 0
                || source.offset() > reader.size() - source.length()) {
            throw new IllegalArgumentException(
                    source.offset() + "+" + source.length() + " is no region of a disk of " + reader.size() + " bytes");
        }
        // On the heap: digesting a direct buffer copies it once more, and it would live on until it is collected.
        ByteBuffer content = ByteBuffer.allocate((int) source.length());
        reader.read(source.offset(), content);
        content.flip();
        byte[] here = BlockSender.isZero(content) ? BlockDigest.ofZeros(source.length()) : BlockDigest.of(content);
        return BlockDigest.compare(source.offset(), BlockDigest.of(source), here, at -> false);
    }
}
