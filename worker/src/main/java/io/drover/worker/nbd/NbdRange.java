package io.drover.worker.nbd;

/** Bytes to read: at most the export's {@link NbdExport#payloadMaxBytes}. */
public record NbdRange(long offset, int length) {
    public NbdRange {
        if (offset < 0 || length <= 0) {
            throw new IllegalArgumentException("range " + offset + "+" + length);
        }
    }
}
