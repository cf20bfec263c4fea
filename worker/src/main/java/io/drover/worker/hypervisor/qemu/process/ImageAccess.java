package io.drover.worker.hypervisor.qemu.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What can be said of an image before QEMU opens it. */
public final class ImageAccess {
    /** QEMU 7.2 with {@code cache.direct=on} refuses an image that is no multiple of the file system's block. */
    private static final int BLOCK_BYTES = 4096;

    private ImageAccess() {}

    /**
     * Whether QEMU can open this image past the page cache. Not every file system can (tmpfs, some overlays), which only
     * trying tells.
     */
    public static boolean direct(Path image) {
        try {
            if (Files.size(image) % BLOCK_BYTES != 0) {
                return false;
            }
            try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ, directOption())) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(2 * BLOCK_BYTES).alignedSlice(BLOCK_BYTES);
                channel.read(buffer.limit(BLOCK_BYTES), 0);
                return true;
            }
        } catch (IOException | UnsupportedOperationException e) {
            // No is an answer: through the page cache every image can be opened.
            return false;
        }
    }

    /** Whether it is a block device (inode(7), {@code S_IFBLK}), which QEMU opens by another driver. */
    public static boolean isDevice(Path image) {
        try {
            return ((int) Files.getAttribute(image, "unix:mode") & 0xF000) == 0x6000;
        } catch (IOException e) {
            // Nothing is there; QEMU says so.
            return false;
        }
    }

    /** {@code ExtendedOpenOption.DIRECT} of module jdk.unsupported, whose mention javac warns about without remedy. */
    private static OpenOption directOption() {
        try {
            for (Object option :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                if (option instanceof OpenOption direct && option.toString().equals("DIRECT")) {
                    return direct;
                }
            }
        } catch (ClassNotFoundException e) {
            throw new UnsupportedOperationException("this JDK has no O_DIRECT", e);
        }
        throw new UnsupportedOperationException("this JDK has no O_DIRECT");
    }
}
