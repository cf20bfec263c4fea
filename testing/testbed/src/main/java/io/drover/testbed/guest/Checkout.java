package io.drover.testbed.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The source tree the testbed runs from, and the folder beside it where things that are costly to make are kept.
 *
 * @param root folder that holds {@code scripts/}
 * @param cache may be deleted at any time between runs; everything in it is made again
 */
public record Checkout(Path root, Path cache) {
    private static final String KERNEL_SCRIPT = "scripts/guest-kernel";

    public Checkout {
        root = root.toAbsolutePath().normalize();
        cache = cache.toAbsolutePath().normalize();
    }

    /**
     * The checkout around the working folder; {@code DROVER_CACHE} names a cache other than its own.
     *
     * @throws IllegalStateException when the program does not run inside a checkout
     */
    public static Checkout find() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve(KERNEL_SCRIPT))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException(
                        "no " + KERNEL_SCRIPT + " above the working folder: run from a checkout of Drover");
            }
            folder = parent;
        }
        String cache = System.getenv("DROVER_CACHE");
        return new Checkout(folder, cache == null ? folder.resolve(".drover/cache") : Path.of(cache));
    }

    Path kernelScript() {
        return root.resolve(KERNEL_SCRIPT);
    }

    /** A folder of the cache, made when it is not there. */
    Path cacheFolder(String name) {
        try {
            return Files.createDirectories(cache.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("cache folder " + name + " cannot be made", e);
        }
    }
}
