package io.drover.worker.image.pulled;

import io.drover.worker.image.file.LinuxFile;
import io.drover.worker.image.file.Modes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The memory of a block map: a file's pages. What is stored there outlives the process, what was forced a power cut.
 */
interface MapMemory {
    MemorySegment bytes();

    /** Makes a range durable. */
    void force(long offset, long length) throws IOException;

    /** A new file of zeros, readable by its owner only; deleted again when there is no room for all of it. */
    static MapMemory create(Path path, long length) throws IOException {
        if (Files.exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Files.createFile(path, Modes.OWNERS_FILE);
        try {
            return open(path, length);
        } catch (IOException e) {
            Files.delete(path);
            throw e;
        }
    }

    /**
     * All of the file has its room when this returns: a store into a hole of a mapped file ends in an Error when the
     * disk is full by then.
     */
    static MapMemory open(Path path, long length) throws IOException {
        try (LinuxFile file = LinuxFile.openReadWrite(path)) {
            file.allocate(length);
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // Unmapped with its last user, whichever thread that is: a guest may still be waiting.
            return new Mapped(channel.map(FileChannel.MapMode.READ_WRITE, 0, length, Arena.ofAuto()));
        }
    }

    /** A mapped file. */
    record Mapped(MemorySegment bytes) implements MapMemory {
        @Override
        public void force(long offset, long length) throws IOException {
            try {
                bytes.asSlice(offset, length).force();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }
}
