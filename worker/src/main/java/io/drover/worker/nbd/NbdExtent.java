package io.drover.worker.nbd;

/**
 * A run of bytes with the same status in one metadata context.
 *
 * @param flags {@code base:allocation}: {@link #HOLE} and {@link #ZERO}; {@code qemu:dirty-bitmap:…}: {@link #DIRTY}
 */
public record NbdExtent(long offset, long length, int flags) {
    public static final int HOLE = 1;
    public static final int ZERO = 2;
    public static final int DIRTY = 1;

    public long end() {
        return offset + length;
    }
}
