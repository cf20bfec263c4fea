package io.drover.worker;

import io.drover.messages.config.UnfitHostException;
import io.drover.messages.text.FileProblem;
import io.drover.worker.WorkerConfig.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of a worker, looked at before they are relied on. The images' is never made here: where it is missing,
 * its disk is most likely not mounted, and what would be put beneath vanished with the mount. It holds a
 * {@linkplain #MARKER marker} whose content stands in the state folder too, so that an empty folder, or another disk,
 * is not taken for it.
 */
public final class HostFolders {
    private static final Logger LOG = LoggerFactory.getLogger(HostFolders.class);

    /** In the images folder; moves with the images. */
    static final String MARKER = ".drover-images";

    /** In the state folder: the marker's content. */
    static final String REMEMBERED = "images-id";

    /** In the state folder: marks of ownership, and what is on its way here. */
    static final String MARKS = "marks";

    static final String ARRIVALS = "arrivals";

    /** In the run folder: their names are UUIDs. */
    private static final String VM_FOLDERS = "*-*-*-*-*";

    private static final String USER = System.getProperty("user.name");

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Folders folders;

    private HostFolders(Folders folders) {
        this.folders = folders;
    }

    /**
     * Makes what may be made, and remembers the images folder when none is remembered.
     *
     * @throws UnfitHostException naming key, folder, user and remedy: one is missing, is no folder, or cannot be
     *     written to, or holds what somebody else owns
     */
    static HostFolders prepare(Folders folders) throws IOException {
        make("state.folder", folders.state());
        make("run.folder", folders.run());
        requireWritable("state.folder", folders.state(), false);
        requireWritable("run.folder", folders.run(), false);
        requireOwn("state.folder", folders.state().resolve(MARKS), "*");
        requireOwn("state.folder", folders.state().resolve(ARRIVALS), "*");
        requireOwn("run.folder", folders.run(), VM_FOLDERS);
        requireBoot(folders.boot());
        var prepared = new HostFolders(folders);
        prepared.rememberImages();
        prepared.requireImages(false);
        return prepared;
    }

    /**
     * What is wrong with the folders: the first of each, where {@link #prepare} ends with the first. Makes and remembers nothing.
     *
     * @param room whether a full disk counts
     */
    public static List<UnfitHostException> problems(Folders folders, boolean room) throws IOException {
        var problems = new ArrayList<UnfitHostException>();
        Path state = folders.state();
        note(problems, () -> {
            requireMakeable("state.folder", state, room);
            requireOwn("state.folder", state.resolve(MARKS), "*");
            requireOwn("state.folder", state.resolve(ARRIVALS), "*");
        });
        note(problems, () -> {
            requireMakeable("run.folder", folders.run(), room);
            requireOwn("run.folder", folders.run(), VM_FOLDERS);
        });
        note(problems, () -> {
            if (Files.exists(state.resolve(REMEMBERED))) {
                new HostFolders(folders).requireImages(room);
            } else {
                requireThere(folders.images());
                requireWritable("images.folder", folders.images(), room);
            }
        });
        note(problems, () -> requireBoot(folders.boot()));
        return problems;
    }

    @FunctionalInterface
    private interface Requirement {
        void check() throws IOException;
    }

    private static void note(List<UnfitHostException> problems, Requirement requirement) throws IOException {
        try {
            requirement.check();
        } catch (UnfitHostException e) {
            problems.add(e);
        }
    }

    /** Writable; or the folder above it, in which it will be made. */
    private static void requireMakeable(String key, Path folder, boolean room) throws UnfitHostException {
        if (Files.exists(folder)) {
            requireFolder(key, folder);
            requireWritable(key, folder, room);
            return;
        }
        Path above = folder.toAbsolutePath().getParent();
        while (above != null && !Files.exists(above)) {
            above = above.getParent();
        }
        if (above == null || !Files.isWritable(above) || !Files.isExecutable(above)) {
            throw unfit(key, "cannot make " + folder, folder, folder, new AccessDeniedException(folder.toString()));
        }
    }

    /** Makes a folder that only its owner enters, where there is none. */
    static void make(String key, Path folder) throws UnfitHostException {
        if (Files.exists(folder)) {
            requireFolder(key, folder);
            return;
        }
        try {
            Files.createDirectories(folder, OWNER_ONLY);
        } catch (IOException e) {
            throw unfit(key, "cannot make " + folder, folder, folder, e);
        }
    }

    /**
     * {@link UnfitHostException} when the images folder is not there, is not the one of before, or takes no files.
     *
     * @param room whether a full disk counts, too: what is only to be renamed needs no room
     */
    void requireImages(boolean room) throws IOException {
        Path images = folders.images();
        requireThere(images);
        Optional<String> here = read(images.resolve(MARKER));
        Optional<String> remembered = read(folders.state().resolve(REMEMBERED));
        if (!here.equals(remembered)) {
            throw new UnfitHostException(
                    "images.folder: " + images + " is not the folder whose images this worker has kept, "
                            + (here.isEmpty() ? "it has no file " + MARKER : "its " + MARKER + " is another's"),
                    "mount the disk that holds them; if this is their new place, delete "
                            + folders.state().resolve(REMEMBERED) + " and start the worker again",
                    null);
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

    private static void requireThere(Path images) throws UnfitHostException {
        if (!Files.exists(images)) {
            throw new UnfitHostException(
                    "images.folder: " + images + " does not exist",
                    "mount the disk that holds the images, or make the folder for user " + USER
                            + ": it is not made here",
                    null);
        }
        requireFolder("images.folder", images);
    }

    private static void requireFolder(String key, Path folder) throws UnfitHostException {
        if (!Files.isDirectory(folder)) {
            throw new UnfitHostException(key + ": " + folder + " is not a folder");
        }
    }

    /**
     * By a file that is written, synced and deleted: rights, a read-only mount and a full disk say it themselves.
     *
     * @param room whether a full disk counts: a worker that is started over one must go on with what it has
     */
    private static void requireWritable(String key, Path folder, boolean room) throws UnfitHostException {
        // One of its own for each process: who only looks is in no worker's way.
        Path probe = folder.resolve(".drover-probe-" + ProcessHandle.current().pid());
        try {
            Files.deleteIfExists(probe);
            write(probe, "?\n");
            Files.delete(probe);
        } catch (IOException e) {
            if (!room && isFull(e)) {
                LOG.warn("{}: {} has no room left", key, folder);
                return;
            }
            throw unfit(key, "cannot write to " + folder, folder, probe, e);
        }
    }

    /**
     * What an earlier worker has put there must be this user's as well: one that was started as root once leaves files
     * that no other user may write.
     */
    private static void requireOwn(String key, Path folder, String names) throws UnfitHostException {
        if (!Files.exists(folder)) {
            return;
        }
        requireUsable(key, folder, folder);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, names)) {
            for (Path entry : entries) {
                requireUsable(key, folder, entry);
            }
        } catch (UnfitHostException e) {
            throw e;
        } catch (IOException | DirectoryIteratorException e) {
            throw new UnfitHostException(key + ": " + FileProblem.told(e), e);
        }
    }

    private static void requireUsable(String key, Path folder, Path entry) throws UnfitHostException {
        boolean enters = !Files.isDirectory(entry) || Files.isExecutable(entry);
        boolean usable = enters && Files.isReadable(entry) && Files.isWritable(entry);
        // What has gone meanwhile is in nobody's way.
        if (!usable && Files.exists(entry)) {
            throw new UnfitHostException(
                    key + ": " + entry + ": " + FileProblem.denied(entry),
                    "give all of it to its user: chown -R " + USER + " " + folder,
                    null);
        }
    }

    private static void requireBoot(@Nullable Path boot) throws UnfitHostException {
        if (boot == null) {
            return;
        }
        requireFolder("boot.folder", boot);
        if (!Files.isReadable(boot) || !Files.isExecutable(boot)) {
            throw new UnfitHostException(
                    "boot.folder: " + FileProblem.denied(boot), "let " + USER + " read it: chmod o+rx " + boot, null);
        }
    }

    private static boolean isFull(IOException e) {
        String said = FileProblem.told(e);
        return said.contains("no space left on the disk") || said.contains("Disk quota exceeded");
    }

    /** Names the remedy as well. */
    private static UnfitHostException unfit(String key, String what, Path folder, Path tried, IOException e) {
        String remedy = "user " + USER + " must be able to make files there";
        if (e instanceof AccessDeniedException) {
            remedy = Files.exists(folder)
                    ? "give it to its user: chown " + USER + " " + folder
                    : "make it for its user: install -d -o " + USER + " -m 0750 " + folder;
        }
        return new UnfitHostException(key + ": " + what + ": " + FileProblem.of(tried, e), remedy, e);
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
