package io.drover.worker.image.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Modes of what holds guests' content: nobody but its owner reads it, whatever the process's umask is. */
public final class Modes {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> WRITING = PosixFilePermissions.fromString("-w--w--w-");

    /** For files that are made. */
    public static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE =
            PosixFilePermissions.asFileAttribute(FILE);

    private Modes() {}

    /** For a file that another program made. */
    public static void makeOwners(Path file) throws IOException {
        Files.setPosixFilePermissions(file, FILE);
    }

    /** Changes nothing; {@link IOException} where this process may not change the mode. */
    public static void makeAsItIs(Path file) throws IOException {
        Files.setPosixFilePermissions(file, Files.getPosixFilePermissions(file));
    }

    /** The mode stays but for the right to write. */
    public static void makeReadOnly(Path file) throws IOException {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
        mode.removeAll(WRITING);
        Files.setPosixFilePermissions(file, mode);
    }
}
