package io.drover.worker.nbd.server;

import java.time.Duration;

/**
 * What clients may take. Memory is bounded by their product: connections × requests × payload.
 *
 * @param connections at once; one more is closed as soon as it comes
 * @param requestsInFlight of one connection; further ones wait in the socket
 * @param payloadBytes largest read or write, told to the client
 * @param handshake time a client has from connecting until it uses the export
 */
public record NbdServerLimits(int connections, int requestsInFlight, int payloadBytes, Duration handshake) {
    /** QEMU and nbdcopy ask for no more than 16 at once, on up to 4 connections. */
    public static NbdServerLimits defaults() {
        return new NbdServerLimits(4, 16, 1 << 20, Duration.ofSeconds(10));
    }

    public NbdServerLimits {
        if (connections < 1 || requestsInFlight < 1 || payloadBytes < PREFERRED_BYTES || !handshake.isPositive()) {
            throw new IllegalArgumentException("limits of an NBD server: connections and requests at least 1, payload"
                    + " at least " + PREFERRED_BYTES + " bytes, handshake positive");
        }
    }

    /** What the client is told to prefer: a page. */
    static final int PREFERRED_BYTES = 4096;
}
