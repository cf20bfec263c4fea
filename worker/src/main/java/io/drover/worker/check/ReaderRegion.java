package io.drover.worker.check;

import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.peer.Destination;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An image as comparing knows it. */
record ReaderRegion(ImageReader reader) implements RegionReader {
    @Override
    public long size() {
        return reader.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        reader.read(offset, into);
    }

    /** The outcome in the words of the peer protocol. */
    static Destination.RegionComparison answer(RegionComparison comparison) {
        return new Destination.RegionComparison(
                comparison.offset(),
                comparison.blocks(),
                comparison.compared(),
                comparison.rewritten(),
                comparison.different(),
                comparison.sourceDigest(),
                comparison.destinationDigest());
    }
}
