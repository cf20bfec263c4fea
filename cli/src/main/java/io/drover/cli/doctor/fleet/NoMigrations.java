package io.drover.cli.doctor.fleet;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.PeerRefusedException;

/** Of a host whose worker does not run: it takes nothing, for now. */
final class NoMigrations implements DestinationDirectory {
    @Override
    public Expected expected(MigrationId migration) throws PeerRefusedException {
        throw away();
    }

    @Override
    public Destination destination(MigrationId migration) throws PeerRefusedException {
        throw away();
    }

    @Override
    public TargetImage image(MigrationId migration, DiskId disk) throws PeerRefusedException {
        throw away();
    }

    @Override
    public String memorySocket(MigrationId migration) throws PeerRefusedException {
        throw away();
    }

    private static PeerRefusedException away() {
        return new PeerRefusedException(new Failure(Failure.Kind.RETRYABLE, "the worker of this host does not run"));
    }
}
