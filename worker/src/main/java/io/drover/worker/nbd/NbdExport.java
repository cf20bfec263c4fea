package io.drover.worker.nbd;

import java.util.Map;

/**
 * What the server said about an export in the handshake.
 *
 * @param sizeBytes size of the export
 * @param payloadMaxBytes largest read or write
 * @param contexts ids of the metadata contexts that were asked for, by name
 */
public record NbdExport(long sizeBytes, int payloadMaxBytes, Map<String, Integer> contexts) {
    public NbdExport {
        contexts = Map.copyOf(contexts);
    }
}
