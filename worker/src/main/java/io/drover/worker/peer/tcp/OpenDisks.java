package io.drover.worker.peer.tcp;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.replication.ContentOffer;
import io.drover.worker.replication.KnownContent;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The disks of one session by the numbers that frames use. */
final class OpenDisks {
    private final MigrationId migration;
    private final DestinationDirectory directory;
    private final long syncEveryBytes;
    private final Map<DiskId, Integer> indexes = new HashMap<>();
    private final List<WriteBack> images = new ArrayList<>();
    private final List<DiskId> ids = new ArrayList<>();

    OpenDisks(MigrationId migration, DestinationDirectory directory, long syncEveryBytes) {
        this.migration = migration;
        this.directory = directory;
        this.syncEveryBytes = syncEveryBytes;
    }

    /** Opens a disk, or finds it again. */
    synchronized int open(DiskId disk) throws IOException, InterruptedException {
        Integer known = indexes.get(disk);
        if (known == null) {
            known = images.size();
            images.add(new WriteBack(directory.image(migration, disk), syncEveryBytes));
            ids.add(disk);
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
