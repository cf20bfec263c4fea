package io.drover.testbed.guest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes a cpio archive in the "newc" format that the kernel unpacks as its first file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst). Written here rather than with cpio(1), because a device
 * node in an archive must not need root. Not for several threads.
 */
final class NewcArchive implements AutoCloseable {
    private static final int ALIGNMENT = 4;
    private static final int HEADER_BYTES = 110;

    private final OutputStream out;
    private int inode;

    NewcArchive(OutputStream out) {
        this.out = out;
    }

    void folder(String name) throws IOException {
        entry(name, 0040755, new byte[0], 0, 0);
    }

    void file(String name, byte[] content, boolean executable) throws IOException {
        entry(name, executable ? 0100755 : 0100644, content, 0, 0);
    }

    void symlink(String name, String target) throws IOException {
        entry(name, 0120777, target.getBytes(StandardCharsets.UTF_8), 0, 0);
    }

    void characterDevice(String name, int major, int minor) throws IOException {
        entry(name, 0020600, new byte[0], major, minor);
    }

    /** Ends the archive; the stream stays the caller's. */
    @Override
    public void close() throws IOException {
        entry("TRAILER!!!", 0, new byte[0], 0, 0);
        out.flush();
    }

    private void entry(String name, int mode, byte[] content, int major, int minor) throws IOException {
        byte[] nameBytes = (name + "\0").getBytes(StandardCharsets.UTF_8);
        // magic, inode, mode, uid, gid, links, mtime, size, device of the file (2), device it is (2), name size, check
        String header = "070701"
                + hex(++inode, mode, 0, 0, 1, 0)
                + hex(content.length, 0, 0, major, minor, nameBytes.length, 0);
        out.write(header.getBytes(StandardCharsets.US_ASCII));
        out.write(nameBytes);
        pad(HEADER_BYTES + nameBytes.length);
        out.write(content);
        pad(content.length);
    }

    private void pad(int written) throws IOException {
        out.write(new byte[Math.floorMod(-written, ALIGNMENT)]);
    }

    private static String hex(int... fields) {
        var text = new StringBuilder();
        for (int field : fields) {
            text.append(String.format("%08X", field));
        }
        return text.toString();
    }
}
