package io.drover.worker.replication;

/**
 * A run of bytes of a disk.
 *
 * @param offset in bytes, not negative
 * @param length in bytes, positive
 */
public record Extent(long offset, long length) {
    public Extent {
        if (offset < 0 || length <= 0) {
            throw new IllegalArgumentException("extent " + offset + "+" + length);
        }
    }

    public long end() {
        return offset + length;
    }
}
