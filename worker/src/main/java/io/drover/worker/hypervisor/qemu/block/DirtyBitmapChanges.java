package io.drover.worker.hypervisor.qemu.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.DiskDefinition;
import io.drover.worker.hypervisor.qemu.block.QemuBitmaps.Bitmap;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.nbd.NbdClient;
import io.drover.worker.nbd.NbdExtent;
import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.util.List;

/**
 * The account of one disk: an enabled bitmap, and while a round is open the disabled one before it. QEMU is asked for
 * the truth each time; only whether the caller holds an open round is kept here.
 */
final class DirtyBitmapChanges implements DiskChanges {
    /** What one list of the bitmap's extents may span: 65536 of them when every other block is dirty. */
    private static final long WINDOW_BYTES = 512L << 20;

    private final QemuBitmaps bitmaps;
    private final QemuExports exports;
    private final DiskDefinition disk;

    @GuardedBy("this")
    private boolean roundOpen;

    DirtyBitmapChanges(QemuBitmaps bitmaps, QemuExports exports, DiskDefinition disk) {
        this.bitmaps = bitmaps;
        this.exports = exports;
        this.disk = disk;
    }

    @Override
    public synchronized long dirtyBytes() throws IOException, InterruptedException {
        // An ended bitmap that belongs to no open round will be part of the next one.
        boolean open = roundOpen;
        return bitmaps.of(disk).stream()
                .filter(bitmap -> bitmap.recording() || !open)
                .mapToLong(Bitmap::dirtyBytes)
                .sum();
    }

    @Override
    public synchronized Round freeze() throws IOException, InterruptedException {
        if (roundOpen) {
            throw new IllegalStateException("disk " + disk.id() + ": the last round is not durable yet");
        }
        Bitmap current = recover();
        bitmaps.turn(disk, current);
        BlockSet blocks = readDirty(current.name());
        roundOpen = true;
        return new FrozenRound(current.name(), blocks);
    }

    /**
     * Merges what an interrupted round left behind, so that nothing is lost; returns the current bitmap. What had been
     * sent already is sent once more, which is harmless.
     */
    synchronized Bitmap recover() throws IOException, InterruptedException {
        List<Bitmap> found = bitmaps.of(disk);
        List<Bitmap> recording = found.stream().filter(Bitmap::recording).toList();
        if (recording.size() != 1) {
            throw new IOException(
                    "disk " + disk.id() + ": the account " + bitmaps.account() + " is not whole: " + found);
        }
        for (Bitmap ended : found) {
            if (!ended.recording()) {
                exports.remove(exportId(ended.name()));
                bitmaps.mergeBack(disk, ended, recording.getFirst());
            }
        }
        return recording.getFirst();
    }

    private BlockSet readDirty(String bitmap) throws IOException, InterruptedException {
        String export = exportId(bitmap);
        exports.addReadable(export, disk, List.of(bitmap));
        String context = NbdClient.dirtyBitmap(bitmap);
        QemuMonitor monitor = bitmaps.monitor();
        try (NbdClient client = NbdClient.connect(
                exports.address(), export, List.of(context), monitor.deadline().limit())) {
            var dirty = new BlockSet(client.export().sizeBytes());
            for (Extent window : BlockSet.whole(client.export().sizeBytes()).windows(WINDOW_BYTES)) {
                client.blockStatus(context, window.offset(), window.length()).stream()
                        .filter(extent -> (extent.flags() & NbdExtent.DIRTY) != 0)
                        .forEach(extent -> dirty.add(new Extent(extent.offset(), extent.length())));
            }
            return dirty;
        } catch (IOException e) {
            throw monitor.explain(e);
        } finally {
            // As long as it is exported the bitmap is busy and could not be removed.
            exports.remove(export);
        }
    }

    private String exportId(String bitmap) {
        return bitmap + "-" + disk.id();
    }

    private synchronized void endRound(String bitmap) throws IOException, InterruptedException {
        // It may be gone: merged by a second opening of the disks, or removed with the account.
        if (bitmaps.of(disk).stream().anyMatch(present -> present.name().equals(bitmap))) {
            bitmaps.remove(disk, bitmap);
        }
        roundOpen = false;
    }

    private final class FrozenRound implements Round {
        private final String bitmap;
        private final BlockSet blocks;

        FrozenRound(String bitmap, BlockSet blocks) {
            this.bitmap = bitmap;
            this.blocks = blocks;
        }

        @Override
        public BlockSet blocks() {
            return blocks;
        }

        @Override
        public void durable() throws IOException, InterruptedException {
            endRound(bitmap);
        }
    }
}
