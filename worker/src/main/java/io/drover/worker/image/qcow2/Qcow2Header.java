package io.drover.worker.image.qcow2;

import io.drover.messages.BackingImage;
import io.drover.messages.ImageFormat;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.InvalidImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the header of a qcow2 image says (docs/interop/qcow2.txt of QEMU 7.2). QEMU writes it through at once, so it may
 * be read beside a VM that runs.
 *
 * @param sizeBytes of the disk
 * @param backing name of the backing file as it stands there, or null
 * @param backingFormat format of the backing file as it stands there, or null
 * @param notKept what a move would not keep, because the image it makes at the destination is a plain one: a sentence
 *     each
 */
public record Qcow2Header(
        long sizeBytes, @Nullable String backing, @Nullable String backingFormat, List<String> notKept) {
    private static final int MAGIC = 0x514649fb;
    private static final int BYTES = 112;
    private static final int LEAST_BYTES = 104;
    private static final long CORRUPT = 1 << 1;
    private static final long EXTERNAL_DATA = 1 << 2;
    private static final long COMPRESSION_TYPE = 1 << 3;
    private static final long EXTENDED_L2 = 1 << 4;
    private static final long KNOWN = (1 << 5) - 1;
    private static final long LAZY_REFCOUNTS = 1;
    private static final long BITMAPS = 1;
    private static final int BACKING_FORMAT_EXTENSION = 0xe2792aca;
    private static final int BITMAPS_EXTENSION = 0x23852875;
    private static final int EXTENSIONS_MAX = 64;
    private static final int NAME_BYTES_MAX = 1023;
    private static final int PLAIN_CLUSTER_BITS = 16;
    private static final int PLAIN_REFCOUNT_ORDER = 4;
    private static final String CONVERT = ": convert it (qemu-img convert -O qcow2)";

    /** The header of a qcow2 image that is what it was declared to be, whether it may be written or not. */
    public static Qcow2Header read(Path folder, ImageFile image) throws IOException {
        Qcow2Header header = read(folder.resolve(image.name()));
        header.requireBase(image.name(), image.base());
        BackingImage base = image.base();
        if (base != null) {
            checkBase(folder.resolve(base.image().value()), base, header.backingFormat() != null);
        }
        return header;
    }

    private static void checkBase(Path path, BackingImage base, boolean formatWritten) throws IOException {
        if (base.imageFormat() == ImageFormat.QCOW2) {
            if (read(path).backing() != null) {
                throw new InvalidImageException("base: " + base.image() + " has a backing file of its own");
            }
        } else if (!formatWritten && begins(path)) {
            throw new InvalidImageException("base: " + base.image() + " begins as a qcow2 image, declared is raw");
        }
    }

    /** {@link InvalidImageException} when it is none that a VM can be run on. */
    public static Qcow2Header read(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return new Reading(path, file).header();
        }
    }

    /** Whether a file begins as every qcow2 image does. */
    public static boolean begins(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer magic = ByteBuffer.allocate(Integer.BYTES);
            return filled(file, magic, 0) && magic.getInt(0) == MAGIC;
        }
    }

    private static boolean filled(FileChannel file, ByteBuffer into, long offset) throws IOException {
        while (into.hasRemaining()) {
            if (offset < 0 || file.read(into, offset + into.position()) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Refuses an image over another backing file than was declared: its content would be another one. */
    void requireBase(String image, @Nullable BackingImage declared) throws InvalidImageException {
        String says = backing == null ? null : backing.substring(backing.lastIndexOf('/') + 1);
        String wanted = declared == null ? null : declared.image().value();
        if (says == null ? wanted != null : !says.equals(wanted)) {
            throw new InvalidImageException("image " + image + " has "
                    + (says == null ? "no backing file" : "the backing file " + says) + ", declared is "
                    + (wanted == null ? "none" : wanted));
        }
        if (declared != null && backingFormat != null && !backingFormat.equals(name(declared.imageFormat()))) {
            throw new InvalidImageException("image " + image + " says that its backing file is " + backingFormat
                    + ", declared is " + name(declared.imageFormat()));
        }
    }

    private static String name(ImageFormat format) {
        return format.name().toLowerCase(Locale.ROOT);
    }

    /** One look into a file. */
    private static final class Reading {
        private final Path path;
        private final FileChannel file;
        private ByteBuffer header = ByteBuffer.allocate(BYTES);
        private @Nullable String backingFormat;
        private int bitmaps;

        Reading(Path path, FileChannel file) {
            this.path = path;
            this.file = file;
        }

        Qcow2Header header() throws IOException {
            // Version 2 ends earlier, and a file may end with its header.
            header = ByteBuffer.allocate((int) Math.min(BYTES, file.size()));
            if (header.capacity() < LEAST_BYTES || !filled(file, header, 0) || header.getInt(0) != MAGIC) {
                throw invalid("is not a qcow2 image");
            }
            if (header.getInt(4) < 3) {
                // In version 2 a cluster cannot say "zeros": what is discarded over a backing file shows that again.
                throw invalid("is qcow2 of version " + header.getInt(4) + ", not 3 (qemu-img amend)");
            }
            refuseFeatures(header.getLong(72));
            if (header.getInt(32) != 0) {
                throw invalid("is encrypted, which is not supported");
            }
            long size = header.getLong(24);
            if (size < 0) {
                throw damaged();
            }
            readExtensions();
            return new Qcow2Header(size, text(header.getLong(8), header.getInt(16)), backingFormat, notKept());
        }

        /** A set dirty bit is none of them: QEMU mends the counts when it opens the image. */
        private void refuseFeatures(long incompatible) throws InvalidImageException {
            if ((incompatible & CORRUPT) != 0) {
                throw invalid("is marked corrupt: repair it (qemu-img check -r all)");
            }
            if ((incompatible & EXTERNAL_DATA) != 0) {
                throw invalid("keeps its content in another file");
            }
            if ((incompatible & ~KNOWN) != 0) {
                throw invalid("needs features that are not known here: %#x".formatted(incompatible & ~KNOWN));
            }
        }

        private void readExtensions() throws IOException {
            long at = header.getInt(100);
            for (int i = 0; i < EXTENSIONS_MAX; i++) {
                ByteBuffer head = ByteBuffer.allocate(8);
                if (!filled(file, head, at) || head.getInt(0) == 0) {
                    return;
                }
                int length = head.getInt(4);
                if (length < 0) {
                    throw damaged();
                }
                switch (head.getInt(0)) {
                    case BACKING_FORMAT_EXTENSION -> backingFormat = text(at + 8, length);
                    case BITMAPS_EXTENSION -> bitmaps = counted(at + 8);
                    default -> {}
                }
                at += 8 + Math.ceilDiv(length, 8) * 8L;
            }
        }

        private int counted(long at) throws IOException {
            ByteBuffer count = ByteBuffer.allocate(Integer.BYTES);
            // Without its bit the extension is what a program left that knows no bitmaps.
            boolean valid = (header.getLong(88) & BITMAPS) != 0;
            return valid && filled(file, count, at) ? count.getInt(0) : 0;
        }

        private List<String> notKept() throws IOException {
            List<String> lost = new ArrayList<>();
            int snapshots = header.getInt(60);
            if (snapshots != 0) {
                lost.add("holds internal snapshots, which a move would not keep: delete them (qemu-img snapshot -d "
                        + firstSnapshot() + ")" + (snapshots == 1 ? "" : ", " + snapshots + " in all"));
            }
            if (bitmaps != 0) {
                lost.add("holds " + bitmaps + " persistent bitmaps, which a move would not keep: remove them"
                        + " (qemu-img bitmap --remove)");
            }
            if (header.getInt(20) != PLAIN_CLUSTER_BITS) {
                lost.add("has clusters of 2^" + header.getInt(20) + " bytes, and a move makes them 2^"
                        + PLAIN_CLUSTER_BITS + CONVERT);
            }
            if ((header.getLong(72) & EXTENDED_L2) != 0) {
                lost.add("has extended L2 entries, which a move would not keep" + CONVERT);
            }
            if ((header.getLong(72) & COMPRESSION_TYPE) != 0) {
                lost.add("has a compression type of its own, which a move would not keep" + CONVERT);
            }
            if (header.getInt(96) != PLAIN_REFCOUNT_ORDER) {
                lost.add("has reference counts of " + (1L << header.getInt(96)) + " bits, and a move makes them 16"
                        + CONVERT);
            }
            if ((header.getLong(80) & LAZY_REFCOUNTS) != 0) {
                lost.add("has lazy reference counts, which a move would not keep: turn them off (qemu-img amend -o"
                        + " lazy_refcounts=off)");
            }
            return List.copyOf(lost);
        }

        /** For the reader's sake only: what cannot be read of it is left out. */
        private String firstSnapshot() throws IOException {
            long at = header.getLong(64);
            ByteBuffer entry = ByteBuffer.allocate(40);
            if (!filled(file, entry, at)) {
                return "NAME";
            }
            int idLength = Short.toUnsignedInt(entry.getShort(12));
            int nameLength = Short.toUnsignedInt(entry.getShort(14));
            ByteBuffer name = ByteBuffer.allocate(Math.min(nameLength, NAME_BYTES_MAX));
            boolean there = filled(file, name, at + 40 + Integer.toUnsignedLong(entry.getInt(36)) + idLength);
            String text = new String(name.array(), StandardCharsets.UTF_8);
            return there && text.chars().noneMatch(Character::isISOControl) ? text : "NAME";
        }

        private @Nullable String text(long offset, int length) throws IOException {
            if (offset == 0) {
                return null;
            }
            ByteBuffer name = ByteBuffer.allocate(Math.clamp(length, 0, NAME_BYTES_MAX));
            if (length < 1 || length > NAME_BYTES_MAX || !filled(file, name, offset)) {
                throw damaged();
            }
            String text = new String(name.array(), StandardCharsets.UTF_8);
            if (text.chars().anyMatch(Character::isISOControl)) {
                throw damaged();
            }
            return text;
        }

        private InvalidImageException damaged() {
            return invalid("has a damaged header");
        }

        private InvalidImageException invalid(String what) {
            return new InvalidImageException("image " + path.getFileName() + " " + what);
        }
    }
}
