package io.drover.worker.image;

import io.drover.messages.MigrationId;
import io.drover.worker.image.local.ImageInspection;
import io.drover.worker.replication.BlockSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The host's images folder. Names are those of {@code DiskDefinition.image}. */
public interface ImageStore {
    long freeBytes() throws IOException;

    boolean exists(String image) throws IOException;

    /**
     * Whether the name stands for a block device: a link in the folder that somebody put there. Such an image is never
     * created nor deleted, is of the device's size and knows no holes.
     */
    boolean isDevice(String image) throws IOException;

    /** Size in bytes of an existing image, rounded up to 512 as QEMU does. */
    long size(String image) throws IOException;

    /**
     * Size in bytes of the disk in an existing image; {@link InvalidImageException} when it is not what it should be.
     */
    long diskSize(ImageFile image) throws IOException;

    /**
     * Size in bytes of the disk in an image that can be moved; {@link InvalidImageException} names why one cannot: the
     * words of {@link ImageInspection}, also for what a move would not keep.
     */
    long requireMovable(ImageFile image) throws IOException;

    /** Bytes allocated on the host. */
    long allocatedBytes(String image) throws IOException;

    /**
     * Creates an empty, sparse image, owned by the migration, and opens it for writing; opens it again when this
     * migration made it. Fails when another image stands there, and when a sync of it has failed before. Only its owner
     * may read it. A lock on the file keeps the VM from running until it is closed.
     */
    TargetImage create(ImageFile image, long size, MigrationId migration) throws IOException, InterruptedException;

    /**
     * Opens what {@link #create} made for this migration and what was written to since; makes nothing.
     * {@link IOException} when it is gone, is of another size, or a sync of it has failed.
     */
    default TargetImage reopen(ImageFile image, long size, MigrationId migration)
            throws IOException, InterruptedException {
        if (!arriving(image.name(), migration)) {
            throw new IOException("image " + image.name() + " is gone");
        }
        return create(image, size, migration);
    }

    /**
     * Whether a sync of what {@link #create} made has failed: it may not hold what was written, and is good for
     * nothing.
     */
    default boolean lostWrites(String image, MigrationId migration) throws IOException {
        return false;
    }

    /**
     * Whether the image is one that {@link #create} made for this migration, perhaps in an earlier life of the worker.
     */
    boolean arriving(String image, MigrationId migration) throws IOException;

    /**
     * Deletes what {@link #create} made for this migration; harmless when there is nothing or it is somebody else's.
     */
    void discard(String image, MigrationId migration) throws IOException;

    /** Keeps what {@link #create} made: from now on {@link #discard} does nothing. */
    void adopt(String image, MigrationId migration) throws IOException;

    /** Renames to {@code <image>.retired-<migration>}, its mode less the right to write; harmless when done before. */
    void retire(String image, MigrationId migration) throws IOException;

    /** Opens a raw image past the page cache, to see what the disk really holds. */
    ImageReader openDirect(String image) throws IOException;

    /** Opens a disk at rest: as {@link #openDirect} where it is raw, else through what knows its format. */
    ImageReader open(ImageFile image) throws IOException, InterruptedException;

    /**
     * SHA-256, in hex, of a file that nobody writes to. Remembered as long as the file system says that it was not
     * touched, since a base may be large and serves many VMs.
     */
    FileDigest digest(String image) throws IOException;

    /**
     * Takes in a part of a base image that another host has, under a name of its own until all of it is here.
     *
     * @return how much of it is here, from its beginning; all of it only when it can be used
     * @throws InvalidImageException when another file stands under its name, or what came is not what was said
     */
    long takeBase(BasePart part) throws IOException;

    /**
     * Opens the image of a VM that does not run, for copying. Fails while a VM writes to it; a lock keeps
     * every VM from starting with it until it is closed.
     */
    SourceImage openSource(String image) throws IOException;

    /** Names of images in the folder, retired ones included. */
    List<String> list() throws IOException;

    /** A target being written. Safe for one writer at a time. */
    interface TargetImage extends AutoCloseable {
        void write(long offset, ByteBuffer content) throws IOException;

        void zero(long offset, long length) throws IOException;

        /** What stands in the range is what the source has. */
        default void keep(long offset, long length) throws IOException {}

        /** fdatasync; may be called beside a writer. Once it has failed it always fails: what was lost stays lost. */
        void sync() throws IOException;

        /** Drops the lock. */
        @Override
        void close() throws IOException;
    }

    /** An image at rest; what is allocated is what lies between its holes. */
    interface SourceImage extends BlockSource, AutoCloseable {
        /** Drops the lock. */
        @Override
        void close() throws IOException;
    }

    /** Reads past the page cache. */
    interface ImageReader extends AutoCloseable {
        long size();

        /** Fills the buffer from {@code offset}; both multiples of 4 KiB but for the end of the image. */
        void read(long offset, ByteBuffer into) throws IOException;

        @Override
        void close() throws IOException;
    }
}
