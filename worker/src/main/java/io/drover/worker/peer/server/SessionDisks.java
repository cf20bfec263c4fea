package io.drover.worker.peer.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.image.pulled.PulledImage;
import io.drover.worker.image.pulled.PulledImage.Fetcher;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.replication.ContentOffer;
import io.drover.worker.replication.KnownContent;
import io.drover.worker.wire.Frame;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The disks of one session by the numbers that frames use. */
final class SessionDisks {
    private final MigrationId migration;
    private final DestinationDirectory directory;
    private final long syncEveryBytes;

    @GuardedBy("this")
    private final Map<DiskId, Integer> indexes = new HashMap<>();

    @GuardedBy("this")
    private final List<WriteBack> images = new ArrayList<>();

    @GuardedBy("this")
    private final List<DiskId> ids = new ArrayList<>();

    private final Fetching fetching;

    @GuardedBy("this")
    private final Map<PulledImage, Fetcher> pulled = new HashMap<>();

    /** How the client is asked for what a pulled image lacks. */
    @FunctionalInterface
    interface Fetching {
        void send(Frame.Fetch fetch) throws IOException;
    }

    SessionDisks(MigrationId migration, DestinationDirectory directory, long syncEveryBytes, Fetching fetching) {
        this.migration = migration;
        this.directory = directory;
        this.syncEveryBytes = syncEveryBytes;
        this.fetching = fetching;
    }

    /** Opens a disk, or finds it again. */
    synchronized int open(DiskId disk) throws IOException, InterruptedException {
        Integer known = indexes.get(disk);
        if (known == null) {
            known = images.size();
            TargetImage image = directory.image(migration, disk);
            images.add(new WriteBack(image, syncEveryBytes));
            ids.add(disk);
            if (image instanceof PulledImage missing) {
                connect(missing, known);
            }
            indexes.put(disk, known);
        }
        return known;
    }

    boolean known(DiskId disk) throws IOException, InterruptedException {
        return directory.known(migration, disk).isPresent();
    }

    /** Makes what it can of what is held here; returns what is still wanted. */
    BitSet answer(DiskId disk, ContentOffer offer) throws IOException, InterruptedException {
        KnownContent known = directory
                .known(migration, disk)
                .orElseThrow(() -> new WireException("nothing is held of disk " + disk));
        return known.answer(offer, at(open(disk)));
    }

    @GuardedBy("this")
    private void connect(PulledImage image, int index) {
        Fetcher fetcher = (offset, length) -> fetching.send(new Frame.Fetch(index, offset, length));
        pulled.put(image, fetcher);
        image.fetchBy(fetcher);
    }

    /** The client is gone: nothing more is asked of it. */
    synchronized void disconnect() {
        pulled.forEach(PulledImage::fetchNoMore);
        pulled.clear();
    }

    synchronized WriteBack at(int index) throws WireException {
        if (index >= images.size()) {
            throw new WireException("disk index " + index + " was not opened");
        }
        return images.get(index);
    }

    /** For messages. */
    synchronized String name(int index) {
        return index < ids.size() ? "disk " + ids.get(index) : "disk index " + index;
    }
}
