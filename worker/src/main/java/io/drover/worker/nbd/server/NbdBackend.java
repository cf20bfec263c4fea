package io.drover.worker.nbd.server;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The disk behind an {@link NbdServer}. Ranges are checked before they get here: never empty, within {@link #size}, of
 * any alignment. Calls come from many threads at once, one per request in flight; a call may block for as long as it
 * likes, and the client waits for exactly that request. When the connection ends its calls are interrupted. An
 * exception becomes the request's error (EIO), and the connection goes on.
 */
public interface NbdBackend {
    /** Size of the disk in bytes; never changes. */
    long size();

    /** Fills the buffer. */
    void read(long offset, ByteBuffer into) throws IOException, InterruptedException;

    /**
     * Takes the content; the buffer is the backend's own from then on.
     *
     * @param durable on disk before the call returns (FUA)
     */
    void write(long offset, ByteBuffer content, boolean durable) throws IOException, InterruptedException;

    /** Makes the range read as zeros. */
    void zero(long offset, long length, boolean durable) throws IOException, InterruptedException;

    /** The client has no more use for the content of this range. */
    void trim(long offset, long length, boolean durable) throws IOException, InterruptedException;

    /** Returns when all writes answered before are on disk. */
    void flush() throws IOException, InterruptedException;

    /** The client is going to read this range soon. */
    default void cache(long offset, long length) throws IOException, InterruptedException {}

    /** A client that had used the export is gone; its requests may still be carried out. */
    default void disconnected() {}
}
