package io.drover.testbed.guest;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Copies real files of this machine, up to a number of bytes: Debian's libraries and, if they are few, other packages.
 */
final class RealFiles {
    /** Names that every tool on the way prints and parses alike. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._/+@:=,-]+");

    private final Path target;
    private long bytesLeft;

    /** Nothing is copied yet. */
    RealFiles(Path target, long bytesMax) {
        this.target = target;
        this.bytesLeft = bytesMax;
    }

    /** Takes source after source until {@code bytes} are there; {@link IOException} when they do not have that much. */
    static void copy(GuestKernel kernel, Path target, long bytes) throws IOException {
        var files = new RealFiles(target, bytes);
        files.take("lib", Path.of("/usr/lib/x86_64-linux-gnu"));
        files.take("share", Path.of("/usr/share"));
        files.take("kernel", kernel.tree());
        files.take("jdk", Path.of(System.getProperty("java.home")));
        if (files.bytesLeft > bytes / 10) {
            throw new IOException("this machine has too few files for a data disk: " + files.bytesLeft + " of " + bytes
                    + " bytes are missing");
        }
    }

    private void take(String name, Path source) throws IOException {
        if (bytesLeft <= 0 || !Files.isDirectory(source)) {
            return;
        }
        for (Path file : files(source)) {
            long bytes = Files.size(file);
            if (bytes <= bytesLeft) {
                Path copy = target.resolve(name).resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
                bytesLeft -= bytes;
            }
        }
    }

    private static List<Path> files(Path source) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()
                        && Files.isReadable(file)
                        && PLAIN.matcher(file.toString()).matches()) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            // A folder that only root may read is passed by.
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }
}
