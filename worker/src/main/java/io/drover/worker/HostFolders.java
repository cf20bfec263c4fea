package io.drover.worker;

import io.drover.worker.WorkerConfig.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of a worker, looked at before they are relied on. The images' is never made here: where it is missing,
 * its disk is most likely not mounted, and what would be put beneath vanished with the mount. It holds a
 * {@linkplain #MARKER marker} whose content stands in the state folder too, so that an empty folder, or another disk,
 * is not taken for it.
 */
final class HostFolders {
    private static final Logger LOG = LoggerFactory.getLogger(HostFolders.class);

    /** In the images folder; moves with the images. */
    static final String MARKER = ".drover-images";

    /** In the state folder: the marker's content. */
    static final String REMEMBERED = "images-id";

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Folders folders;

    private HostFolders(Folders folders) {
        this.folders = folders;
    }

    /**
     * Makes what may be made, and remembers the images folder when none is remembered.
     *
     * @throws IOException naming key, folder, user and remedy: one is missing, is no folder, or cannot be written to
     */
    static HostFolders prepare(Folders folders) throws IOException {
        make("state.folder", folders.state());
        make("run.folder", folders.run());
        requireWritable("state.folder", folders.state(), false);
        requireWritable("run.folder", folders.run(), false);
        var prepared = new HostFolders(folders);
        prepared.rememberImages();
        prepared.requireImages(false);
        return prepared;
    }

    /** Makes a folder that only its owner enters, where there is none. */
    static void make(String key, Path folder) throws IOException {
        if (Files.exists(folder)) {
            requireFolder(key, folder);
            return;
        }
        try {
            Files.createDirectories(folder, OWNER_ONLY);
        } catch (IOException e) {
            throw new IOException(key + ": " + user() + " cannot make " + folder + ": " + reason(e), e);
        }
    }

    /** {@link IOException} when the images folder is not there, is not the one of before, or takes no files. */
    void requireImages() throws IOException {
        requireImages(true);
    }

    private void requireImages(boolean room) throws IOException {
        Path images = folders.images();
        requireThere(images);
        Optional<String> here = read(images.resolve(MARKER));
        Optional<String> remembered = read(folders.state().resolve(REMEMBERED));
        if (!here.equals(remembered)) {
            throw new IOException("images.folder: " + images + " is not the folder whose images this worker has kept, "
                    + (here.isEmpty() ? "it has no file " + MARKER : "its " + MARKER + " is another's")
                    + ": mount the disk that holds them; if this is their new place, delete "
                    + folders.state().resolve(REMEMBERED) + " and start the worker again");
        }
        requireWritable("images.folder", images, room);
    }

    private void rememberImages() throws IOException {
        Path remembered = folders.state().resolve(REMEMBERED);
        if (Files.exists(remembered)) {
            return;
        }
        requireThere(folders.images());
        Path marker = folders.images().resolve(MARKER);
        if (!Files.exists(marker)) {
            requireWritable("images.folder", folders.images(), true);
            write(marker, UUID.randomUUID() + "\n");
        }
        write(remembered, Files.readString(marker));
    }

    private static void requireThere(Path images) throws IOException {
        if (!Files.exists(images)) {
            throw new IOException(
                    "images.folder: " + images + " does not exist: mount the disk that holds the images, or "
                            + "make the folder for " + user() + "; it is not made here");
        }
        requireFolder("images.folder", images);
    }

    private static void requireFolder(String key, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(key + ": " + folder + " is not a folder");
        }
    }

    /**
     * By a file that is written, synced and deleted: rights, a read-only mount and a full disk say it themselves.
     *
     * @param room whether a full disk counts: a worker that is started over one must go on with what it has
     */
    private static void requireWritable(String key, Path folder, boolean room) throws IOException {
        Path probe = folder.resolve(".drover-probe");
        try {
            Files.deleteIfExists(probe);
            write(probe, "?\n");
            Files.delete(probe);
        } catch (IOException e) {
            if (!room && isFull(e)) {
                LOG.warn("{}: {} has no room left", key, folder);
                return;
            }
            throw new IOException(
                    key + ": " + user() + " cannot write to " + folder + ": " + reason(e)
                            + "; give it the right (chown), or room",
                    e);
        }
    }

    private static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left on device") || message.contains("Disk quota exceeded");
    }

    private static String user() {
        return "user " + System.getProperty("user.name");
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission denied";
            case FileSystemException known when known.getReason() != null -> known.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Durable when it returns. */
    private static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(StandardCharsets.UTF_8.encode(text));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }
}
