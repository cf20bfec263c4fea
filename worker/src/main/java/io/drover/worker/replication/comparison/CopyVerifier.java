package io.drover.worker.replication.comparison;

import io.drover.worker.replication.BlockDigest;
import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The source's side of checking a copy: digests of a frozen disk, region by region. Regions are independent of each
 * other; how many are under way at once is up to the caller and the source. Holds one region.
 */
public final class CopyVerifier {
    private final BlockSource source;

    public CopyVerifier(BlockSource source) {
        this.source = source;
    }

    /** The regions of a disk, in order; the last may be shorter. */
    public static List<Extent> regions(long diskSize) {
        var regions = new ArrayList<Extent>();
        for (long at = 0; at < diskSize; at += BlockDigest.REGION_BYTES) {
            regions.add(new Extent(at, Math.min(BlockDigest.REGION_BYTES, diskSize - at)));
        }
        return regions;
    }

    /** Reads what may not be zeros of the region, a base's content included, and digests it. */
    public RegionDigests digest(Extent region) throws IOException, InterruptedException {
        List<Extent> allocated = source.overBase() ? List.of(region) : source.allocated(region);
        if (allocated.isEmpty()) {
            return new RegionDigests(region.offset(), region.length(), null);
        }
        ByteBuffer content = ByteBuffer.allocate((int) region.length());
        source.read(allocated, BlockSender.PIECE_BYTES, (offset, piece) -> {
            content.put((int) (offset - region.offset()), piece, piece.position(), piece.remaining());
        });
        if (BlockSender.isZero(content)) {
            return new RegionDigests(region.offset(), region.length(), null);
        }
        return new RegionDigests(region.offset(), region.length(), ByteBuffer.wrap(BlockDigest.of(content)));
    }
}
