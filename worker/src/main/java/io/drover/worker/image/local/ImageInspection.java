package io.drover.worker.image.local;

import io.drover.messages.BackingImage;
import io.drover.messages.ImageFormat;
import io.drover.messages.text.FileProblem;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.image.file.BlockDevice;
import io.drover.worker.image.file.Claim;
import io.drover.worker.image.file.ImageLocks;
import io.drover.worker.image.qcow2.Qcow2Header;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;

/**
 * The one check of a disk's image, before every start and before every move. What is wrong with an image for any use is
 * an {@link InvalidImageException}; what only a move would not keep is told and left to the caller.
 *
 * @param diskBytes size of the disk, a multiple of 512
 * @param notKept what a move would not keep of the image: a sentence each
 */
public record ImageInspection(long diskBytes, List<String> notKept) {

    public ImageInspection {
        notKept = List.copyOf(notKept);
    }

    /**
     * Looks at an image and its base.
     *
     * @throws InvalidImageException naming what is wrong: it is missing, may not be written, is empty, is not of the
     *     declared format, stands on something else than was declared
     */
    public static ImageInspection of(Path folder, ImageFile image) throws IOException {
        Path path = folder.resolve(image.name());
        if (Claim.isName(image.name())) {
            throw invalid(path, "has a name that Drover gives to files of its own: rename it and define the VM anew");
        }
        requireWritable(path);
        if (image.base() != null) {
            requireReadable(folder.resolve(image.base().image().value()));
        }
        var inspected = switch (image.format()) {
            case RAW -> new ImageInspection(rawBytes(path), List.of());
            case QCOW2 -> {
                Qcow2Header header = Qcow2Header.read(folder, image);
                yield new ImageInspection(header.sizeBytes(), header.notKept());
            }
        };
        if (inspected.diskBytes() == 0) {
            throw invalid(path, "is empty");
        }
        if (inspected.diskBytes() % BlockDevice.SECTOR_BYTES != 0) {
            throw invalid(
                    path,
                    "is a disk of " + inspected.diskBytes() + " bytes, not a multiple of " + BlockDevice.SECTOR_BYTES);
        }
        return inspected;
    }

    /** As QEMU takes a file that ends within a sector: filled up with zeros. */
    static long rawBytes(Path path) throws IOException {
        long bytes = BlockDevice.is(path) ? BlockDevice.bytes(path) : Files.size(path);
        return Math.ceilDiv(bytes, BlockDevice.SECTOR_BYTES) * (long) BlockDevice.SECTOR_BYTES;
    }

    /**
     * Refuses a raw image that begins as a qcow2 image does. For one that no guest has written to yet: a guest may
     * write what it likes to its disk.
     */
    public static void requireNoHeader(Path folder, ImageFile image) throws IOException {
        Path path = folder.resolve(image.name());
        if (image.format() == ImageFormat.RAW && Qcow2Header.begins(path)) {
            throw invalid(path, "begins as a qcow2 image, declared is raw: say \"format\": \"qcow2\"");
        }
    }

    /**
     * Refuses an image that another process has open in a way a VM cannot share; for a VM that has no
     * process.
     */
    public static void requireUnused(Path folder, ImageFile image, ImageLocks locks) throws IOException {
        Path path = folder.resolve(image.name());
        if (locks.held(path, true)) {
            throw invalid(path, "is in use by another VM or program");
        }
        BackingImage base = image.base();
        if (base != null && locks.held(folder.resolve(base.image().value()), false)) {
            throw new InvalidImageException("base: " + base.image() + " is being written by another VM or program");
        }
    }

    /**
     * Whether its mode allows anybody to write, and we may: a file whose mode forbids it counts as read-only, even to
     * root.
     */
    static boolean writable(Path path) throws IOException {
        return modeAllowsWriting(path) && Files.isWritable(path);
    }

    private static boolean modeAllowsWriting(Path path) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
        return mode.contains(PosixFilePermission.OWNER_WRITE)
                || mode.contains(PosixFilePermission.GROUP_WRITE)
                || mode.contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static void requireWritable(Path path) throws IOException {
        requireReadable(path);
        if (!modeAllowsWriting(path)) {
            throw invalid(path, "is read-only");
        }
        if (!Files.isWritable(path)) {
            throw invalid(path, "cannot be written: " + refusal(path, StandardOpenOption.WRITE));
        }
    }

    /** In the words of the system, which tells a missing right from a file system that takes no writes. */
    private static String refusal(Path path, OpenOption how) {
        try (FileChannel _ = FileChannel.open(path, how)) {
            return "it could not be a moment ago";
        } catch (IOException e) {
            return FileProblem.of(path, e);
        }
    }

    private static void requireReadable(Path path) throws IOException {
        if (!Files.exists(path)) {
            boolean link = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            throw invalid(path, link ? "is a link to nothing" : "does not exist");
        }
        if (!Files.isRegularFile(path) && !BlockDevice.is(path)) {
            throw invalid(path, "is neither a file nor a block device");
        }
        if (!Files.isReadable(path)) {
            throw invalid(path, "cannot be read: " + refusal(path, StandardOpenOption.READ));
        }
    }

    private static InvalidImageException invalid(Path path, String what) {
        return new InvalidImageException("image " + path.getFileName() + " " + what);
    }
}
