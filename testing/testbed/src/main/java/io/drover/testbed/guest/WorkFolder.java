package io.drover.testbed.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder to make something in, removed when closed. What is finished is moved out of it in one step, so that two
 * processes that make the same thing at once cannot see each other's half.
 */
record WorkFolder(Path path) implements AutoCloseable {

    /** A new folder inside {@code parent}, and so on the same file system. */
    static WorkFolder in(Path parent) throws IOException {
        return new WorkFolder(Files.createTempDirectory(parent, ".new-"));
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    void publish(String name, Path target) throws IOException {
        Files.move(path.resolve(name), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> tree = Files.walk(path)) {
            for (Path entry : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        }
    }
}
