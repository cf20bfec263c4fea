package io.drover.worker.migration.source.step;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.ImageName;
import io.drover.worker.image.BasePart;
import io.drover.worker.image.FileDigest;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.replication.BlockSender;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** Brings the base images that the VM's disks stand on to a destination that has none of that name. */
final class SentBases {
    private static final int PART_BYTES = 1 << 20;

    private final MigrationContext context;

    SentBases(MigrationContext context) {
        this.context = context;
    }

    /** Sends what is missing; returns the bytes sent, by base. */
    Map<ImageName, Long> send() throws IOException, InterruptedException {
        var sent = new TreeMap<ImageName, Long>();
        for (DiskDefinition disk : context.definition().disks()) {
            BackingImage base = disk.base();
            if (base != null && !sent.containsKey(base.image())) {
                sent.put(base.image(), send(base));
            }
        }
        return sent;
    }

    private long send(BackingImage base) throws IOException, InterruptedException {
        FileDigest file = context.ports().images().digest(base.image().value());
        long there = context.session().takeBase(part(base, file, 0, ByteBuffer.allocate(0)));
        if (there >= file.bytes()) {
            return 0;
        }
        long sent = 0;
        ByteBuffer content = ByteBuffer.allocate(PART_BYTES);
        try (ImageReader reader =
                context.ports().images().openDirect(base.image().value())) {
            while (there < file.bytes()) {
                int length = (int) Math.min(PART_BYTES, file.bytes() - there);
                reader.read(there, content.clear().limit(length));
                content.flip();
                // The last part ends the file, whatever it holds; other zeros stay holes.
                if (there + length < file.bytes() && BlockSender.isZero(content)) {
                    there += length;
                    continue;
                }
                pace(length);
                there = context.session().takeBase(part(base, file, there, content));
                sent += length;
                context.monitor().check();
            }
        }
        return sent;
    }

    private static BasePart part(BackingImage base, FileDigest file, long offset, ByteBuffer content) {
        return new BasePart(base.image(), file.bytes(), file.sha256(), offset, content);
    }

    /** Calls are not paced by the session. */
    private void pace(int bytes) throws InterruptedException {
        for (int left = bytes; left > 0; left -= LinkLimiter.SLICE_BYTES) {
            context.ports().link().acquire(Math.min(left, LinkLimiter.SLICE_BYTES));
        }
    }
}
