package io.drover.worker.image.file;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open image, as far as its bytes go: what a full or a failing disk shows to. Safe for several threads. */
public interface OpenImage extends AutoCloseable {
    /** Reads as far as the file goes; returns how many bytes, which may be fewer than wanted. */
    int read(long offset, ByteBuffer into) throws IOException;

    /** Writes all that remains, whose position does not move. */
    void write(long offset, ByteBuffer content) throws IOException;

    /** Makes a range a hole that reads as zeros; false when the file system cannot. */
    boolean punchHole(long offset, long length) throws IOException;

    /** fdatasync. */
    void sync() throws IOException;

    @Override
    void close();
}
