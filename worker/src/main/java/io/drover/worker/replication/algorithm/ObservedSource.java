package io.drover.worker.replication.algorithm;

import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.util.List;

/** A source that lets somebody look up after each piece that was read and sent. */
record ObservedSource(BlockSource source, Look afterEachPiece) implements BlockSource {
    /** One look, by the thread that copies. */
    @FunctionalInterface
    interface Look {
        void look() throws IOException, InterruptedException;
    }

    @Override
    public long size() {
        return source.size();
    }

    @Override
    public List<Extent> allocated(Extent within) throws IOException, InterruptedException {
        return source.allocated(within);
    }

    @Override
    public boolean overBase() {
        return source.overBase();
    }

    @Override
    public void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer)
            throws IOException, InterruptedException {
        source.read(extents, pieceBytes, (offset, content) -> {
            consumer.accept(offset, content);
            afterEachPiece.look();
        });
    }
}
