package io.drover.worker.check;

import io.drover.worker.image.ImageStore.ImageReader;
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
}
