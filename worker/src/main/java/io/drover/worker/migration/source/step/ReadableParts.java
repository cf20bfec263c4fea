package io.drover.worker.migration.source.step;

import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import io.drover.worker.replication.UnreadableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Sends parts of a disk and goes past the blocks of them that cannot be read: one bad sector keeps no other block back. */
final class ReadableParts {
    private final DiskCopy copy;
    private final List<Extent> unreadable = new ArrayList<>();

    ReadableParts(DiskCopy copy) {
        this.copy = copy;
    }

    /** @param allocated the part of the extents that may hold anything but zeros */
    void send(List<Extent> extents, List<Extent> allocated) throws IOException, InterruptedException {
        try {
            BlockSender.send(copy, extents, allocated);
        } catch (UnreadableException e) {
            apart(extents, allocated);
        }
    }

    private void apart(List<Extent> extents, List<Extent> allocated) throws IOException, InterruptedException {
        long blocks = Math.ceilDiv(Extents.totalBytes(extents), BlockSender.BLOCK_BYTES);
        if (blocks <= 1) {
            unreadable.addAll(extents);
            return;
        }
        List<Extent> half = first(extents, blocks / 2 * BlockSender.BLOCK_BYTES);
        for (List<Extent> part : List.of(half, Extents.subtract(extents, half))) {
            send(part, Extents.intersect(allocated, part));
        }
    }

    /** What could not be read, in the order in which it was sent. */
    List<Extent> unreadable() {
        return List.copyOf(unreadable);
    }

    /** The first extents, up to so many bytes together. */
    static List<Extent> first(List<Extent> extents, long bytes) {
        var result = new ArrayList<Extent>();
        long left = bytes;
        for (Extent extent : extents) {
            if (left <= 0) {
                break;
            }
            long length = Math.min(left, extent.length());
            result.add(new Extent(extent.offset(), length));
            left -= length;
        }
        return result;
    }
}
