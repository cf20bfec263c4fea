package io.drover.worker.image.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Block devices, seen through a link. */
public final class BlockDevice {
    /** The unit of a disk's size. */
    public static final int SECTOR_BYTES = 512;

    /** {@code S_IFMT} and {@code S_IFBLK} of inode(7). */
    private static final int TYPE_MASK = 0xF000;

    private static final int BLOCK = 0x6000;

    private BlockDevice() {}

    public static boolean is(Path path) throws IOException {
        return Files.exists(path) && ((int) Files.getAttribute(path, "unix:mode") & TYPE_MASK) == BLOCK;
    }

    /** Files.size says 0 of a device; its end is asked of the open one. */
    public static long bytes(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.size();
        }
    }
}
