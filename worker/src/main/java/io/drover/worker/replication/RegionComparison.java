package io.drover.worker.replication;

import java.util.List;

/**
 * The outcome of comparing one region.
 *
 * @param offset of the region in bytes
 * @param blocks how many blocks the region has
 * @param compared how many were compared
 * @param rewritten how many were left out because the guest had written them
 * @param different offsets of blocks that differ, in bytes
 * @param sourceDigest SHA-256 in hex over the compared blocks' source digests, in order
 * @param destinationDigest the same over the destination's digests
 */
public record RegionComparison(
        long offset,
        int blocks,
        int compared,
        int rewritten,
        List<Long> different,
        String sourceDigest,
        String destinationDigest) {
    public RegionComparison {
        different = List.copyOf(different);
    }
}
