package io.drover.worker.migration.source;

import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.UnreadableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A disk whose VM's process is gone, read from its image. */
public final class FrozenImage implements BlockSource, AutoCloseable {
    private final ImageReader image;

    public FrozenImage(ImageReader image) {
        this.image = image;
    }

    @Override
    public long size() {
        return image.size();
    }

    @Override
    public List<Extent> allocated(Extent within) {
        return List.of(within);
    }

    @Override
    public void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer)
            throws IOException, InterruptedException {
        for (Extent extent : extents) {
            long offset = extent.offset();
            while (offset < extent.end()) {
                // Pieces keep to multiples of their size, as the port promises.
                long end = Math.min(extent.end(), (offset / pieceBytes + 1) * pieceBytes);
                var piece = ByteBuffer.allocate((int) (end - offset));
                read(offset, piece);
                consumer.accept(offset, piece.flip());
                offset = end;
            }
        }
    }

    private void read(long offset, ByteBuffer piece) throws UnreadableException {
        try {
            image.read(offset, piece);
        } catch (IOException e) {
            throw new UnreadableException(e);
        }
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
