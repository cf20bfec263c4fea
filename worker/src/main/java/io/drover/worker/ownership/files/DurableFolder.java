package io.drover.worker.ownership.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A folder of small files that survive a power cut: temporary file, fsync, rename, fsync of the folder. */
public final class DurableFolder {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path folder;

    public DurableFolder(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder, OWNER_ONLY);
        if (folder.getParent() != null) {
            sync(folder.getParent());
        }
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    public Path path() {
        return folder;
    }

    public void write(String name, byte[] content) throws IOException {
        Path temporary = folder.resolve(name + ".new");
        try {
            fill(temporary, content);
            Files.move(
                    temporary,
                    folder.resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            // What did not fit must not keep the room that is left.
            Files.deleteIfExists(temporary);
            throw e;
        }
        sync(folder);
    }

    private static void fill(Path temporary, byte[] content) throws IOException {
        try (var channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            var rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
        // Also when it was gone: an earlier call may have failed in between.
        sync(folder);
    }

    private static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
