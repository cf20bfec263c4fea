package io.drover.worker.replication;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads what a disk really holds, past every cache: a port. */
public interface RegionReader {
    /** Size of the disk in bytes. */
    long size();

    /** Fills the buffer from {@code offset}. */
    void read(long offset, ByteBuffer into) throws IOException;
}
