package io.drover.testbed.guest;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Writes files of random bytes, the same ones every time. Not for several threads. */
final class RandomFiles {
    private static final int MIB = 1 << 20;
    private static final int FILE_MIB = 16;
    private static final long SEED = 20_261_122;
    private final Random random = new Random(SEED);

    /** Writes files of 16 MiB into a new folder. */
    void writeFolder(Path folder, int mib) throws IOException {
        for (int written = 0; written < mib; written += FILE_MIB) {
            writeFile(folder.resolve("random-" + written), Math.min(FILE_MIB, mib - written));
        }
    }

    /** Writes one file. */
    void writeFile(Path file, int mib) throws IOException {
        Files.createDirectories(file.getParent());
        byte[] chunk = new byte[MIB];
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < mib; i++) {
                random.nextBytes(chunk);
                out.write(chunk);
            }
        }
    }
}
