package io.drover.bench.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** The guest's memory as it stands in its QEMU process. */
public final class GuestMemory {
    private static final long MORE_BYTES_MAX = 8192;
    private static final int PAGE_BYTES = 4096;

    private GuestMemory() {}

    /** Bytes in pages that are not all zeros, read while the guest runs. */
    public static long nonZeroBytes(long pid, long memoryBytes) throws IOException {
        long start = mapping(pid, memoryBytes);
        byte[] page = new byte[PAGE_BYTES];
        long bytes = 0;
        try (var memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
            memory.seek(start);
            for (long at = 0; at < memoryBytes; at += PAGE_BYTES) {
                memory.readFully(page);
                bytes += isZero(page) ? 0 : PAGE_BYTES;
            }
        }
        return bytes;
    }

    /** QEMU maps the whole of it in one piece, whose size nothing else has; under TCG a little more (decision 0020). */
    private static long mapping(long pid, long memoryBytes) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "maps"))) {
            String[] range = line.substring(0, line.indexOf(' ')).split("-", -1);
            long start = Long.parseUnsignedLong(range[0], 16);
            long more = Long.parseUnsignedLong(range[1], 16) - start - memoryBytes;
            if (more >= 0 && more <= MORE_BYTES_MAX) {
                return start;
            }
        }
        throw new IOException("process " + pid + " maps no piece of " + memoryBytes + " bytes");
    }

    private static boolean isZero(byte[] page) {
        for (byte value : page) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
