package io.drover.worker.sim.host;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.migration.destination.ArrivalChecks;
import io.drover.worker.migration.destination.IdleChecks;
import io.drover.worker.migration.source.SourceDigests;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The comparison of both copies with a block's number for its digest. One region a disk. */
public final class SimChecks implements ArrivalChecks, SourceDigests {
    private final SimHost host;

    public SimChecks(SimHost host) {
        this.host = host;
    }

    @Override
    public void digest(BlockSource disk, List<Extent> parts, RegionConsumer consumer)
            throws IOException, InterruptedException {
        for (Extent part : parts) {
            int count = (int) ((part.length() + SimImage.BLOCK - 1) / SimImage.BLOCK);
            var digests = ByteBuffer.allocate(count * Long.BYTES);
            disk.read(
                    disk.allocated(part),
                    SimImage.BLOCK,
                    (offset, content) -> digests.putLong(
                            (int) ((offset - part.offset()) / SimImage.BLOCK) * Long.BYTES,
                            content.getLong(content.position())));
            consumer.accept(new RegionDigests(part.offset(), part.length(), digests));
        }
    }

    /** The comparison of images that nothing writes to. */
    public IdleChecks idle() {
        return (name, source) -> {
            SimImage image = host.images.get(name);
            ByteBuffer digests = source.digests();
            if (image == null || digests == null) {
                throw new IOException("no image " + name);
            }
            var different = new ArrayList<Long>();
            int first = (int) (source.offset() / SimImage.BLOCK);
            int count = digests.capacity() / Long.BYTES;
            for (int i = 0; i < count; i++) {
                if (image.block(first + i) != digests.getLong(i * Long.BYTES)) {
                    different.add((long) (first + i) * SimImage.BLOCK);
                }
            }
            return new RegionComparison(source.offset(), count, count, 0, different, "", "");
        };
    }

    @Override
    public ArrivalCheck begin(IncomingVm vm, MigrationId migration, VmDefinition definition)
            throws IOException, InterruptedException {
        Map<DiskId, DiskChanges> changes = vm.arrivalWrites(migration);
        if (changes.isEmpty()) {
            throw new IOException("the guest's writes were not noted");
        }
        return new Reading(definition, changes);
    }

    private final class Reading implements ArrivalCheck {
        private final VmDefinition definition;
        private final Map<DiskId, DiskChanges> changes;
        private final Map<DiskId, Set<Long>> rewritten = new HashMap<>();

        Reading(VmDefinition definition, Map<DiskId, DiskChanges> changes) {
            this.definition = definition;
            this.changes = changes;
        }

        @Override
        public RegionComparison compare(DiskId disk, RegionDigests source) throws IOException, InterruptedException {
            SimImage image = image(disk);
            // Read first, then ask what was written by then.
            List<Long> content = new ArrayList<>();
            for (int i = 0; i < image.count(); i++) {
                content.add(image.block(i));
            }
            Set<Long> written = rewritten.computeIfAbsent(disk, id -> new HashSet<>());
            var account = changes.get(disk);
            ByteBuffer digests = source.digests();
            if (account == null || digests == null) {
                throw new IOException("no disk " + disk);
            }
            for (Extent extent : account.freeze().blocks().extents()) {
                for (long at = extent.offset(); at < extent.end(); at += SimImage.BLOCK) {
                    written.add(at);
                }
            }
            var different = new ArrayList<Long>();
            for (int i = 0; i < content.size(); i++) {
                long at = (long) i * SimImage.BLOCK;
                if (!written.contains(at) && content.get(i) != digests.getLong(i * Long.BYTES)) {
                    different.add(at);
                }
            }
            int compared = content.size() - written.size();
            return new RegionComparison(0, content.size(), compared, written.size(), different, "", "");
        }

        private SimImage image(DiskId disk) throws IOException {
            for (DiskDefinition candidate : definition.disks()) {
                SimImage image = host.images.get(candidate.image());
                if (candidate.id().equals(disk) && image != null) {
                    return image;
                }
            }
            throw new IOException("no disk " + disk);
        }

        @Override
        public void end() {}
    }
}
