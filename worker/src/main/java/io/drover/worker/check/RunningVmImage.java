package io.drover.worker.check;

import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk read through its running VM, which alone knows where in the image it writes. The VM closes it. */
record RunningVmImage(BlockSource disk) implements ImageReader {
    private static final int PIECE_BYTES = 1 << 20;

    @Override
    public long size() {
        return disk.size();
    }

    @Override
    public void read(long offset, ByteBuffer into) throws IOException {
        int start = into.position();
        int length = into.remaining();
        try {
            // Pieces come in any order.
            disk.read(
                    List.of(new Extent(offset, length)),
                    PIECE_BYTES,
                    (at, piece) -> into.put(start + (int) (at - offset), piece, piece.position(), piece.remaining()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading back");
        }
        into.position(start + length);
    }

    @Override
    public void close() {}
}
