package io.drover.worker.migration.destination;

import io.drover.messages.DiskDefinition;
import io.drover.messages.ImageName;
import io.drover.messages.VmId;
import io.drover.messages.text.FileProblem;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.VmRecord;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.image.RetiredImage;
import io.drover.worker.migration.destination.DestinationRecords.KeptDisk;
import io.drover.worker.replication.KnownContent;
import io.drover.worker.replication.KnownContent.Source;
import io.drover.worker.replication.RegionReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a destination may make a disk from, besides what it is sent: what arrived before, the copy that the same VM
 * left here last, and the base images that the task names. Never another VM's disk: offers would tell what is in
 * it.
 */
final class KnownSources {
    private static final Logger LOG = LoggerFactory.getLogger(KnownSources.class);
    private final ImageStore images;
    private final WorkerStore store;

    KnownSources(ImageStore images, WorkerStore store) {
        this.images = images;
        this.store = store;
    }

    /** Content that may be answered from until it is closed. */
    record Open(KnownContent content, List<ImageReader> readers) {
        void close() throws IOException {
            content.end();
            for (ImageReader reader : readers) {
                reader.close();
            }
        }
    }

    /**
     * Empty when there is nothing.
     *
     * @param partial whether the image itself holds what an earlier attempt sent
     * @param bases named by the task; one that is not there, or is some VM's, is passed over
     */
    Optional<Open> open(VmId vm, KeptDisk disk, boolean partial, List<ImageName> bases)
            throws IOException, InterruptedException {
        var readers = new ArrayList<ImageReader>();
        var sources = new ArrayList<Source>();
        if (partial) {
            sources.add(new Source(add(readers, disk.file()), true));
        }
        Optional<String> retired = lastRetiredIfTold(vm, disk);
        if (retired.isPresent()) {
            addOther(readers, sources, disk.file().named(retired.get()));
        }
        for (String base : usable(disk, bases)) {
            addOther(readers, sources, ImageFile.raw(base));
        }
        return sources.isEmpty() ? Optional.empty() : Optional.of(new Open(new KnownContent(sources), readers));
    }

    /**
     * One that cannot be read, for example a copy from when the disk was of another format, costs bytes and no more.
     */
    private void addOther(List<ImageReader> readers, List<Source> sources, ImageFile image)
            throws InterruptedException {
        try {
            sources.add(new Source(add(readers, image), false));
        } catch (IOException e) {
            LOG.warn("image {} is passed over: {}", image.name(), FileProblem.told(e));
        }
    }

    private RegionReader add(List<ImageReader> readers, ImageFile image) throws IOException, InterruptedException {
        ImageReader reader = images.open(image);
        readers.add(reader);
        return new Region(reader);
    }

    /** A database that does not answer costs bytes on the wire, not the migration. */
    private Optional<String> lastRetiredIfTold(VmId vm, KeptDisk disk) throws IOException {
        try {
            return lastRetired(vm, disk);
        } catch (StoreUnavailableException e) {
            LOG.warn("disk {}: whose the retired copies are is not known: {}", disk.disk(), e.getMessage());
            return Optional.empty();
        }
    }

    /** The newest copy of this disk that this host retired at the end of a migration of this very VM. */
    private Optional<String> lastRetired(VmId vm, KeptDisk disk) throws IOException {
        return images.list().stream()
                .flatMap(name -> RetiredImage.parse(name).stream())
                .filter(retired -> retired.image().equals(disk.image()))
                .flatMap(retired -> left(vm, retired).stream())
                .max(Comparator.comparingLong(Left::epoch))
                .map(Left::image);
    }

    private List<String> usable(KeptDisk disk, List<ImageName> bases) throws IOException {
        if (bases.isEmpty()) {
            return List.of();
        }
        try {
            Set<String> here = new HashSet<>(images.list());
            Set<String> vms = vmsImages();
            return bases.stream()
                    .map(ImageName::value)
                    .filter(base -> usable(disk, base, here, vms))
                    .toList();
        } catch (StoreUnavailableException e) {
            LOG.warn("disk {}: base images are passed over: {}", disk.disk(), e.getMessage());
            return List.of();
        }
    }

    private static boolean usable(KeptDisk disk, String base, Set<String> here, Set<String> vms) {
        if (!here.contains(base)) {
            LOG.info("disk {}: base image {} is not on this host", disk.disk(), base);
            return false;
        }
        if (vms.contains(base) || RetiredImage.parse(base).isPresent()) {
            LOG.warn("disk {}: base image {} is passed over: it is a VM's disk", disk.disk(), base);
            return false;
        }
        return true;
    }

    /** Images of VMs that live here or are on their way, to or from. */
    private Set<String> vmsImages() {
        return Stream.concat(
                        store.ownedVms().stream().map(VmRecord::definition),
                        store.openMigrations().stream().map(MigrationRecord::definition))
                .flatMap(definition -> definition.disks().stream())
                .map(DiskDefinition::image)
                .collect(Collectors.toSet());
    }

    /** A copy that was left here. */
    private record Left(String image, long epoch) {}

    private Optional<Left> left(VmId vm, RetiredImage retired) {
        return store.migration(retired.migration())
                .filter(row -> row.definition().id().equals(vm))
                .map(MigrationRecord::epoch)
                .map(epoch -> new Left(retired.name(), epoch));
    }

    /** An image as content is looked for in it. */
    private record Region(ImageReader reader) implements RegionReader {
        @Override
        public long size() {
            return reader.size();
        }

        @Override
        public void read(long offset, ByteBuffer into) throws IOException {
            reader.read(offset, into);
        }
    }
}
