package io.drover.worker.migration;

import static io.drover.worker.migration.AdmissionCheck.refused;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.MigrationRecord;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.migration.DestinationRecords.Kept;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.replication.KnownContent;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All migrations on their way to this host. The source's calls come in through {@link DestinationDirectory}; {@link
 * #look}, called again and again by the worker, does what no source asks for any more: run what was given, start cold what
 * died, give back, clean up.
 */
public final class Destinations implements DestinationDirectory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Destinations.class);

    private final DestinationPorts ports;
    private final DestinationSettings settings;
    private final Map<MigrationId, DestinationMigration> known = new ConcurrentHashMap<>();

    public Destinations(DestinationPorts ports, DestinationSettings settings) {
        this.ports = ports;
        this.settings = settings;
    }

    @Override
    public Expected expected(MigrationId migration) throws IOException {
        try {
            return ports.store()
                    .migration(migration)
                    .filter(row -> row.task().destination().equals(ports.store().host()))
                    .map(row -> new Expected(row.task().source(), row.token()))
                    .orElseThrow(() -> refused(
                            Failure.Kind.REJECTED, "this host is not the destination of a migration " + migration));
        } catch (StoreUnavailableException e) {
            throw refused(Failure.Kind.RETRYABLE, "the database does not answer here: " + e.getMessage());
        }
    }

    @Override
    public Destination destination(MigrationId migration) {
        return open(migration);
    }

    @Override
    public TargetImage image(MigrationId migration, DiskId disk) throws IOException {
        return open(migration).image(disk);
    }

    @Override
    public String memorySocket(MigrationId migration) throws IOException, InterruptedException {
        return open(migration).memorySocket();
    }

    @Override
    public Optional<KnownContent> known(MigrationId migration, DiskId disk) {
        return open(migration).known(disk);
    }

    /**
     * Lets go of the images that are being written, and so of their locks: the next worker must be able to seal them. Ends
     * serving machines whose blocks come on demand: their guests wait for the next worker.
     */
    @Override
    public void close() {
        known.values().forEach(DestinationMigration::close);
    }

    private DestinationMigration open(MigrationId migration) {
        return known.computeIfAbsent(
                migration, id -> new DestinationMigration(id, ports, settings, this::clearEarlier));
    }

    /** One look at everything on its way here; a trouble with one migration does not keep the others waiting. */
    public void look() throws InterruptedException {
        try {
            Map<MigrationId, MigrationRecord> open = new HashMap<>();
            for (MigrationRecord row : ports.store().openMigrations()) {
                if (row.task().destination().equals(ports.store().host())) {
                    open.put(row.task().id(), row);
                    attend(row);
                }
            }
            for (Kept kept : ports.records().all()) {
                if (!open.containsKey(kept.migration())) {
                    tidy(kept.migration());
                }
            }
        } catch (IOException | StoreUnavailableException e) {
            LOG.warn("incoming migrations: {}", e.getMessage());
        }
    }

    private void attend(MigrationRecord row) throws InterruptedException {
        MigrationId id = row.task().id();
        try {
            switch (row.state()) {
                case RESUMING -> open(id).run();
                case PULLING -> open(id).keepPulling();
                case FINISHING -> open(id).revive();
                case ROLLING_BACK -> tidy(id);
                case QUEUED, PREPARING, REPLICATING, SWITCHING, STRANDED -> {}
                case COMPLETED, ROLLED_BACK, CANCELLED, REJECTED -> {}
            }
        } catch (IOException | StoreUnavailableException e) {
            LOG.warn("incoming migration {}: {}", id, e.getMessage());
        }
    }

    private void tidy(MigrationId id) throws InterruptedException {
        try {
            if (ports.records().find(id).isEmpty()) {
                return;
            }
            open(id).tidy();
            if (ports.records().find(id).isEmpty()) {
                known.remove(id);
            }
        } catch (IOException | StoreUnavailableException e) {
            LOG.warn("incoming migration {} is not tidied up: {}", id, e.getMessage());
        }
    }

    private void clearEarlier(Kept incoming) throws IOException, InterruptedException {
        for (Kept kept : ports.records().all()) {
            boolean same = kept.migration().equals(incoming.migration());
            if (same || !kept.definition().id().equals(incoming.definition().id())) {
                continue;
            }
            tidy(kept.migration());
            if (ports.records().find(kept.migration()).isPresent()) {
                throw refused(
                        Failure.Kind.RETRYABLE,
                        "what migration " + kept.migration() + " of the same machine left here is not removed yet");
            }
        }
    }
}
