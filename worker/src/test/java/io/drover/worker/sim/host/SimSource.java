package io.drover.worker.sim.host;

import io.drover.worker.image.ImageStore.SourceImage;
import io.drover.worker.replication.Extent;
import io.drover.worker.sim.control.SimWorld;
import java.io.IOException;
import java.util.List;

/** The image of a stopped VM, open for copying; a process that opens it meanwhile does not start. */
final class SimSource implements SourceImage {
    private final SimWorld world;
    private final SimHost host;
    private final SimImage image;
    private boolean open = true;

    SimSource(SimWorld world, SimHost host, SimImage image) {
        this.world = world;
        this.host = host;
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
            for (long at = extent.offset(); at < extent.end(); at += SimImage.BLOCK) {
                world.step();
                if (host.processes.values().stream().anyMatch(process -> process.holds(image))) {
                    throw world.violation("a stopped VM's disk is copied under a process on " + host);
                }
                consumer.accept(at, image.bytes((int) (at / SimImage.BLOCK)));
            }
        }
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            image.unlock();
        }
    }
}
