package io.drover.worker.nbd;

import java.util.Map;

/**
 * What the server said about an export in the handshake.
 *
 * @param sizeBytes size of the export
 * @param flags transmission flags (doc/proto.md, "Transmission flags")
 * @param blockMinBytes smallest unit of a request, a power of two
 * @param payloadMaxBytes largest read or write
 * @param contexts ids of the metadata contexts that were asked for, by name
 */
public record NbdExport(
        String name, long sizeBytes, int flags, int blockMinBytes, int payloadMaxBytes, Map<String, Integer> contexts) {
    private static final int FLAG_READ_ONLY = 1 << 1;
    private static final int FLAG_FLUSH = 1 << 2;
    private static final int FLAG_WRITE_ZEROES = 1 << 6;
    private static final int FLAG_MULTI_CONN = 1 << 8;

    public NbdExport {
        contexts = Map.copyOf(contexts);
    }

    public boolean readOnly() {
        return (flags & FLAG_READ_ONLY) != 0;
    }

    public boolean canFlush() {
        return (flags & FLAG_FLUSH) != 0;
    }

    public boolean canWriteZeroes() {
        return (flags & FLAG_WRITE_ZEROES) != 0;
    }

    /** Whether several connections see each other's flushed writes. */
    public boolean multiConn() {
        return (flags & FLAG_MULTI_CONN) != 0;
    }
}
