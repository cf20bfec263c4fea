package io.drover.worker.replication;

import java.io.IOException;

/** The hypervisor's own mirror of one disk to the destination (QEMU: {@code blockdev-mirror} over NBD). */
public interface NativeMirror {
    /** Begins to mirror, background mode; idempotent. */
    void start() throws IOException, InterruptedException;

    Progress progress() throws IOException, InterruptedException;

    /** Sends no faster from now on; harmless when there is none. */
    void limit(long bytesPerSecond) throws IOException, InterruptedException;

    /** Ends a ready mirror so that source and destination are equal; the guest is stopped. */
    void complete() throws IOException, InterruptedException;

    /** Gives the mirror up; harmless when there is none. */
    void abandon() throws IOException, InterruptedException;

    record Progress(long bytesDone, long bytesTotal, boolean ready) {}
}
