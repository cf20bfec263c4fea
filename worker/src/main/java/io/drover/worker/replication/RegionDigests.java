package io.drover.worker.replication;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 digests of a region's blocks of {@link BlockDigest#BLOCK_BYTES}, 32 bytes each, in order; the last block of a
 * disk may be shorter.
 *
 * @param digests null when every block of the region is zero
 */
public record RegionDigests(
        long offset, long length, @Nullable ByteBuffer digests) {}
