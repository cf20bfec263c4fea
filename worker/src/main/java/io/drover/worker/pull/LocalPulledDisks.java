package io.drover.worker.pull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.image.pulled.PulledImage;
import io.drover.worker.image.pulled.PulledImages;
import io.drover.worker.migration.destination.PulledDisks;
import io.drover.worker.nbd.server.NbdServer;
import io.drover.worker.nbd.server.NbdServerLimits;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pulled disks of this host's images folder, served by NBD on unix sockets. */
public final class LocalPulledDisks implements PulledDisks {
    private final PulledImages images;

    public LocalPulledDisks(PulledImages images) {
        this.images = images;
    }

    @Override
    public PulledDisk create(String image, long size, MigrationId migration) throws IOException {
        return new Served(images.createPulled(image, size, migration));
    }

    @Override
    public PulledDisk open(String image, long size, MigrationId migration) throws IOException {
        return new Served(images.openPulled(image, size, migration));
    }

    @Override
    public boolean isComplete(String image, long size, MigrationId migration) throws IOException {
        return images.pulledComplete(image, size, migration);
    }

    @Override
    public void forget(String image, MigrationId migration) throws IOException {
        images.forgetPulled(image, migration);
    }

    /** One disk and its server. */
    private static final class Served implements PulledDisk {
        private final PulledImage image;
        private final PulledBackend backend;

        @GuardedBy("this")
        private @Nullable NbdServer server;

        Served(PulledImage image) {
            this.image = image;
            this.backend = new PulledBackend(image);
        }

        @Override
        public TargetImage image() {
            return image;
        }

        @Override
        public boolean pulling() {
            return image.pulling();
        }

        @Override
        public void leaveBehind(List<Extent> extents) throws IOException {
            for (Extent extent : extents) {
                image.leaveBehind(extent.offset(), extent.length());
            }
        }

        @Override
        public void beginPulling() throws IOException {
            image.beginPulling();
        }

        @Override
        public List<Extent> missing(long offset, int max) {
            return image.missing(offset, max);
        }

        @Override
        public long missingBytes() {
            return image.missingBytes();
        }

        @Override
        public boolean complete() throws IOException {
            return image.complete();
        }

        @Override
        public synchronized void serve(String socket, String export) throws IOException {
            if (server == null) {
                server = NbdServer.listen(Path.of(socket), export, backend, NbdServerLimits.defaults());
            }
        }

        @Override
        public void handOver() {
            image.dropFence();
        }

        @Override
        public synchronized void close() throws IOException {
            try {
                if (server != null) {
                    server.close();
                }
            } finally {
                backend.close();
                image.close();
            }
        }
    }
}
