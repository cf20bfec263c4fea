package io.drover.worker.peer;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import java.io.IOException;

/** Opens sessions with other hosts' workers. */
public interface Peers {
    /**
     * Opens a session; blocks until the peer has accepted it.
     *
     * @param address {@code host:port}
     * @param host who must answer there
     * @param token the migration's secret, from the database
     */
    PeerSession open(String address, HostId host, MigrationId migration, String token)
            throws IOException, InterruptedException;
}
