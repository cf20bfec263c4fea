package io.drover.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Counts what an image holds, as it is on the disk at this moment. */
final class ImageScan {
    private static final int BLOCK_BYTES = 4096;
    private static final int CHUNK_BYTES = 4 << 20;

    private ImageScan() {}

    /** Bytes in blocks of 4 KiB that are not all zeros; holes read as zeros. */
    static long nonZeroBytes(Path image) throws IOException {
        long bytes = 0;
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        try (FileChannel channel = FileChannel.open(image, StandardOpenOption.READ)) {
            while (channel.read(chunk.clear()) > 0) {
                chunk.flip();
                for (int at = 0; at < chunk.limit(); at += BLOCK_BYTES) {
                    bytes += isZero(chunk, at, Math.min(chunk.limit(), at + BLOCK_BYTES)) ? 0 : BLOCK_BYTES;
                }
            }
        }
        return bytes;
    }

    private static boolean isZero(ByteBuffer chunk, int from, int to) {
        for (int i = from; i + Long.BYTES <= to; i += Long.BYTES) {
            if (chunk.getLong(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
