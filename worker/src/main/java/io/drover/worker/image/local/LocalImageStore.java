package io.drover.worker.image.local;

import io.drover.messages.MigrationId;
import io.drover.messages.text.FileProblem;
import io.drover.worker.image.BasePart;
import io.drover.worker.image.FileDigest;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.image.file.BlockDevice;
import io.drover.worker.image.file.Claim;
import io.drover.worker.image.file.FileDigests;
import io.drover.worker.image.file.ImageLocks;
import io.drover.worker.image.file.LinuxFile;
import io.drover.worker.image.file.LostWrites;
import io.drover.worker.image.file.Modes;
import io.drover.worker.image.pulled.BlockMap;
import io.drover.worker.image.pulled.PulledImage;
import io.drover.worker.image.pulled.PulledImages;
import io.drover.worker.image.qcow2.Qcow2Header;
import io.drover.worker.image.qcow2.Qcow2Images;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Raw images in one folder of this host. Beside an image that a migration is filling stands its {@link Claim},
 * {@code <image>.incoming-<migration>}: it is durable before the image exists and goes when the image is adopted, so
 * that after any crash it is plain whose image this is. Beside one whose blocks are pulled stands its block map,
 * {@code <image>.pulling-<migration>}.
 */
public final class LocalImageStore implements ImageStore, PulledImages {
    private static final String INCOMING = ".incoming-";
    private static final String RETIRED = ".retired-";
    private static final String PULLING = ".pulling-";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** A guest that waits longer for a block is stopped, which a person can see and the worker can end. */
    private static final Duration FETCH_PATIENCE = Duration.ofSeconds(10);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");

    private final Path folder;
    private final FolderCheck check;
    private final ImageLocks locks;
    private final Qcow2Images qcow2;
    private final FileDigests digests = new FileDigests();
    private final ArrivingBases bases = new ArrivingBases(digests);

    /** Whether the folder is what it was; its disk may have been unmounted. */
    @FunctionalInterface
    public interface FolderCheck {
        /**
         * {@link IOException} when nothing may be put there.
         *
         * @param room whether a full disk counts
         */
        void require(boolean room) throws IOException;
    }

    /**
     * The images of a folder.
     *
     * @param locks by which the host's hypervisor and this store keep each other off an image
     * @param qcow2 the images of that format in the same folder
     * @param check asked before anything is made in the folder, and before a VM leaves whose images will be renamed
     */
    public LocalImageStore(Path folder, ImageLocks locks, Qcow2Images qcow2, FolderCheck check) {
        this.folder = folder.toAbsolutePath();
        this.locks = locks;
        this.qcow2 = qcow2;
        this.check = check;
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public boolean exists(String image) throws IOException {
        return Files.isRegularFile(path(image)) || isDevice(image);
    }

    @Override
    public boolean isDevice(String image) throws IOException {
        return BlockDevice.is(path(image));
    }

    @Override
    public long size(String image) throws IOException {
        return ImageInspection.rawBytes(path(image));
    }

    @Override
    public long diskSize(ImageFile image) throws IOException {
        return switch (image.format()) {
            case RAW -> size(image.name());
            case QCOW2 -> Qcow2Header.read(folder, image).sizeBytes();
        };
    }

    @Override
    public long allocatedBytes(String image) throws IOException {
        return isDevice(image) ? size(image) : LinuxFile.allocatedBytes(path(image));
    }

    @Override
    public long requireMovable(ImageFile image) throws IOException {
        var inspected = ImageInspection.of(folder, image);
        if (!inspected.notKept().isEmpty()) {
            throw new InvalidImageException("image " + image.name() + " " + String.join("; it ", inspected.notKept()));
        }
        requireRetirable(image.name());
        return inspected.diskBytes();
    }

    /**
     * What {@link #retire} needs, tried while the VM is still this host's: a folder in which files may be renamed, and
     * the right to change the image's mode. Room it does not need: a full host is one that VMs must be able to leave.
     */
    private void requireRetirable(String image) throws InvalidImageException {
        try {
            check.require(false);
            if (!BlockDevice.is(path(image))) {
                Modes.makeAsItIs(path(image));
            }
        } catch (IOException e) {
            throw new InvalidImageException(
                    "image " + image + " could not be retired once the VM has left: " + FileProblem.told(e));
        }
    }

    @Override
    public synchronized TargetImage create(ImageFile image, long size, MigrationId migration)
            throws IOException, InterruptedException {
        return switch (image.format()) {
            case RAW -> create(image.name(), size, migration);
            case QCOW2 -> {
                claim(image.name(), size, migration);
                if (isDevice(image.name())) {
                    throw new IOException("image " + image.name() + " is a device, which holds no qcow2 image here");
                }
                qcow2.make(image, size);
                syncFolder();
                yield qcow2.open(image, syncs(image.name(), migration));
            }
        };
    }

    /** The same of a raw image. */
    public synchronized TargetImage create(String image, long size, MigrationId migration) throws IOException {
        claim(image, size, migration);
        Path path = path(image);
        if (isDevice(image)) {
            requireSize(path, size(image), size);
        } else {
            fill(path, size);
        }
        return LocalTargetImage.open(path, size, syncs(image, migration), locks);
    }

    @Override
    public synchronized TargetImage reopen(ImageFile image, long size, MigrationId migration)
            throws IOException, InterruptedException {
        String name = image.name();
        if (!claim(name, migration).stands() || !exists(name)) {
            throw new IOException(
                    "image " + name + ", which migration " + migration + " has filled, is gone from " + folder);
        }
        LostWrites syncs = syncs(name, migration);
        syncs.requireNone();
        return switch (image.format()) {
            case RAW -> {
                long stands = isDevice(name) ? size(name) : Files.size(path(name));
                if (stands != size) {
                    throw new IOException("image " + name + ": has " + stands + " bytes instead of " + size);
                }
                yield LocalTargetImage.open(path(name), size, syncs, locks);
            }
            case QCOW2 -> {
                qcow2.requireAsMade(image, size);
                yield qcow2.open(image, syncs);
            }
        };
    }

    @Override
    public synchronized boolean lostWrites(String image, MigrationId migration) throws IOException {
        Path map = map(image, migration);
        return claim(image, migration).lost() || (Files.exists(map) && BlockMap.lostWrites(map));
    }

    /** The syncs of an image that this migration fills, of whichever life of the worker. */
    public LostWrites syncs(String image, MigrationId migration) throws IOException {
        Claim claim = claim(image, migration);
        return new LostWrites(image, claim.lost(), claim::noteLost);
    }

    private void claim(String image, long size, MigrationId migration) throws IOException {
        if (size <= 0 || size % BlockDevice.SECTOR_BYTES != 0) {
            throw new IllegalArgumentException("image " + image + ": size " + size + " is not a multiple of 512");
        }
        Path path = path(image);
        Claim claim = claim(image, migration);
        if (!claim.stands()) {
            check.require(true);
            requireFree(image, path);
            claim.make();
        }
        // Also of one that stands: the attempt that made it may have failed right here.
        syncFolder();
        syncs(image, migration).requireNone();
    }

    @Override
    public boolean arriving(String image, MigrationId migration) {
        return claim(image, migration).stands() && Files.isRegularFile(path(image));
    }

    @Override
    public synchronized void discard(String image, MigrationId migration) throws IOException {
        Claim claim = claim(image, migration);
        if (claim.stands()) {
            if (!isDevice(image)) {
                Files.deleteIfExists(path(image));
            }
            Files.deleteIfExists(map(image, migration));
            // The claim goes last and apart: a claim without an image is harmless, an image without one would be kept.
            syncFolder();
            Files.delete(claim.file());
        }
        syncFolder();
    }

    @Override
    public synchronized void adopt(String image, MigrationId migration) throws IOException {
        Files.deleteIfExists(claim(image, migration).file());
        // Also when it was gone: an earlier call may have failed in between.
        syncFolder();
    }

    @Override
    public synchronized void retire(String image, MigrationId migration) throws IOException {
        Path retired = path(image + RETIRED + migration);
        if (!Files.exists(retired)) {
            Files.move(path(image), retired, StandardCopyOption.ATOMIC_MOVE);
        }
        // Where the rename was of a link, the device's mode is the system's.
        if (!BlockDevice.is(retired)) {
            Modes.makeReadOnly(retired);
        }
        syncFolder();
    }

    @Override
    public ImageReader openDirect(String image) throws IOException {
        return DirectImageReader.open(path(image), size(image));
    }

    @Override
    public ImageReader open(ImageFile image) throws IOException, InterruptedException {
        return switch (image.format()) {
            case RAW -> openDirect(image.name());
            case QCOW2 -> qcow2.reader(image);
        };
    }

    @Override
    public FileDigest digest(String image) throws IOException {
        return digests.of(path(image));
    }

    @Override
    public long takeBase(BasePart part) throws IOException {
        if (!exists(part.image().value())) {
            check.require(true);
        }
        long here = bases.take(path(part.image().value()), part);
        if (here == part.size()) {
            syncFolder();
        }
        return here;
    }

    /** Removes bases that never came whole and of which nothing has come for so long. */
    public void removeUnusedBases(Duration since) throws IOException {
        bases.removeUnused(folder, since);
    }

    @Override
    public SourceImage openSource(String image) throws IOException {
        return LocalSourceImage.open(path(image), size(image), locks);
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches() && !Claim.isName(name))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public synchronized PulledImage createPulled(String image, long size, MigrationId migration) throws IOException {
        create(image, size, migration).close();
        Files.deleteIfExists(map(image, migration));
        BlockMap map = BlockMap.create(map(image, migration), size, boot());
        syncFolder();
        return PulledImage.open(path(image), locks, map, FETCH_PATIENCE);
    }

    @Override
    public synchronized PulledImage openPulled(String image, long size, MigrationId migration) throws IOException {
        return PulledImage.open(path(image), locks, BlockMap.open(map(image, migration), size, boot()), FETCH_PATIENCE);
    }

    @Override
    public synchronized boolean pulledComplete(String image, long size, MigrationId migration) throws IOException {
        Path map = map(image, migration);
        if (!Files.exists(map)) {
            throw new IOException("image " + image + ": " + map
                    + " is gone, and nobody knows any more which of its blocks" + " are still at the source");
        }
        return BlockMap.phaseOf(map) == BlockMap.Phase.COMPLETE;
    }

    @Override
    public synchronized void forgetPulled(String image, MigrationId migration) throws IOException {
        Files.deleteIfExists(map(image, migration));
        syncFolder();
    }

    private static String boot() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    private Path map(String image, MigrationId migration) {
        return path(image).resolveSibling(image + PULLING + migration);
    }

    private void requireFree(String image, Path path) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !BlockDevice.is(path)) {
            throw new FileAlreadyExistsException(path.toString(), null, "another image stands there");
        }
        Pattern others = Pattern.compile(Pattern.quote(image + INCOMING) + Claim.MIGRATION);
        try (Stream<Path> files = Files.list(folder)) {
            // With a second claim a late discard of the first would delete the second's image.
            var other = files.map(file -> file.getFileName().toString())
                    .filter(name -> others.matcher(name).matches())
                    .findAny();
            if (other.isPresent()) {
                throw new FileAlreadyExistsException(path.toString(), other.get(), "another migration has claimed it");
            }
        }
    }

    /** Creates the image or finishes what a crash left half done; one of the wrong size is not ours to change. */
    private void fill(Path path, long size) throws IOException {
        if (!Files.exists(path)) {
            Files.createFile(path, Modes.OWNERS_FILE);
        }
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            if (file.length() != 0 && file.length() != size) {
                throw new IOException(path + ": has " + file.length() + " bytes instead of " + size);
            }
            file.setLength(size);
            file.getFD().sync();
        }
        syncFolder();
    }

    private static void requireSize(Path path, long stands, long wanted) throws IOException {
        if (stands != wanted) {
            throw new IOException(path + ": the device has " + stands + " bytes, the disk " + wanted);
        }
    }

    private Claim claim(String image, MigrationId migration) {
        return new Claim(path(image).resolveSibling(image + INCOMING + migration));
    }

    private Path path(String image) {
        if (!NAME.matcher(image).matches() || Claim.isName(image)) {
            throw new IllegalArgumentException("image: '" + image + "' is not the name of an image");
        }
        return folder.resolve(image);
    }

    /** Names are durable only when their folder is. */
    private void syncFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
