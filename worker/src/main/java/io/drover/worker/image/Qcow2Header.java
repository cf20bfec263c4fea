package io.drover.worker.image;

import io.drover.messages.BackingImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a qcow2 image says (docs/interop/qcow2.txt of QEMU 7.2). Size and backing file stay while a machine
 * runs, so it may be read beside one.
 *
 * @param sizeBytes of the disk
 * @param backing name of the backing file as it stands there, or null
 */
record Qcow2Header(long sizeBytes, @Nullable String backing) {
    private static final int MAGIC = 0x514649fb;
    private static final int BYTES = 80;
    private static final long EXTERNAL_DATA = 1 << 2;
    private static final int BACKING_BYTES_MAX = 1023;

    /** {@link InvalidImageException} when it is none, of a version before 3, or keeps its content in another file. */
    static Qcow2Header read(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer header = ByteBuffer.allocate(BYTES);
            if (!filled(file, header, 0) || header.getInt(0) != MAGIC) {
                throw new InvalidImageException(path.getFileName() + " is not a qcow2 image");
            }
            if (header.getInt(4) < 3) {
                // In version 2 a cluster cannot say "zeros": what is discarded over a backing file shows that again.
                throw new InvalidImageException(
                        path.getFileName() + " is qcow2 of version " + header.getInt(4) + ", not 3 (qemu-img amend)");
            }
            if ((header.getLong(72) & EXTERNAL_DATA) != 0) {
                throw new InvalidImageException(path.getFileName() + " keeps its content in another file");
            }
            return new Qcow2Header(header.getLong(24), backing(path, file, header.getLong(8), header.getInt(16)));
        }
    }

    private static @Nullable String backing(Path path, FileChannel file, long offset, int length) throws IOException {
        if (offset == 0) {
            return null;
        }
        if (length < 1 || length > BACKING_BYTES_MAX) {
            throw new InvalidImageException(path.getFileName() + " has a damaged header");
        }
        ByteBuffer name = ByteBuffer.allocate(length);
        if (!filled(file, name, offset)) {
            throw new InvalidImageException(path.getFileName() + " has a damaged header");
        }
        return new String(name.array(), StandardCharsets.UTF_8);
    }

    private static boolean filled(FileChannel file, ByteBuffer into, long offset) throws IOException {
        while (into.hasRemaining()) {
            if (file.read(into, offset + into.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Refuses an image over another backing file than was declared: its content would be another one. */
    void requireBase(String image, @Nullable BackingImage declared) throws InvalidImageException {
        String says = backing == null ? null : Path.of(backing).getFileName().toString();
        String wanted = declared == null ? null : declared.image().value();
        if (says == null ? wanted != null : !says.equals(wanted)) {
            throw new InvalidImageException("image " + image + " has "
                    + (says == null ? "no backing file" : "the backing file " + says) + ", declared is "
                    + (wanted == null ? "none" : wanted));
        }
    }
}
