package io.drover.worker.peer;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.replication.KnownContent;
import java.io.IOException;
import java.util.Optional;

/**
 * What a worker is the destination of: a port, asked by the server of the peer protocol. Called from several threads.
 */
public interface DestinationDirectory {
    /**
     * Who may open a session.
     *
     * @param source the host that must show a certificate, where there are any
     * @param token the secret that it must know
     */
    record Expected(HostId source, String token) {}

    /**
     * Whom to expect, asked once for each connection.
     *
     * @throws PeerRefusedException when this worker is not the destination of such a migration
     */
    Expected expected(MigrationId migration) throws IOException, InterruptedException;

    /** Where a host's worker has announced that it listens, {@code host:port}; empty: it has announced nothing yet. */
    default Optional<String> announced(HostId host) throws IOException {
        return Optional.empty();
    }

    /** The same object for every call of one migration; it is called from several threads. */
    Destination destination(MigrationId migration) throws IOException, InterruptedException;

    /**
     * The open image of a disk, the same for every session. The server writes to it and syncs it but never closes it:
     * whoever opened it does, and so ends all writing by this or any older session.
     *
     * @throws PeerRefusedException when there is no such disk or it takes no more data
     */
    TargetImage image(MigrationId migration, DiskId disk) throws IOException, InterruptedException;

    /**
     * The unix socket at which the hypervisor waits for the VM's memory.
     *
     * @throws PeerRefusedException when no VM waits
     */
    String memorySocket(MigrationId migration) throws IOException, InterruptedException;

    /**
     * Whether a switchover to this host is under way ({@link Destination#beginSwitchover}): whoever breaks it off turns the
     * migration back.
     */
    default boolean inSwitchover(MigrationId migration) {
        return false;
    }

    /** What this worker held of a disk before it was sent; empty when that is nothing. The same for every session. */
    default Optional<KnownContent> known(MigrationId migration, DiskId disk) throws IOException, InterruptedException {
        return Optional.empty();
    }
}
