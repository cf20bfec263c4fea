package io.drover.worker.migration.destination;

import static io.drover.worker.migration.destination.AdmissionCheck.refused;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.text.SaidOnce;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.MigrationRecord;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.migration.destination.DestinationRecords.Kept;
import io.drover.worker.ownership.SharedImages;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.replication.KnownContent;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All migrations on their way to this host. The source's calls come in through {@link DestinationDirectory};
 * {@link #look}, called again and again by the worker, does what no source asks for any more: run what was given, start
 * cold what died, give back, clean up.
 */
public final class Destinations implements DestinationDirectory, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Destinations.class);
    private final DestinationPorts ports;
    private final DestinationSettings settings;
    private final Map<MigrationId, DestinationMigration> known = new ConcurrentHashMap<>();
    private final SaidOnce said = new SaidOnce();
    private volatile boolean stopping;

    public Destinations(DestinationPorts ports, DestinationSettings settings) {
        this.ports = ports;
        this.settings = settings;
    }

    /** Nobody, once the migration is over: a token is good for as long as its migration needs it. */
    @Override
    public Expected expected(MigrationId migration) throws IOException {
        try {
            return ports.store()
                    .migration(migration)
                    .filter(row -> row.task().destination().equals(ports.store().host()))
                    .filter(row -> !row.state().terminal())
                    .map(row -> new Expected(row.task().source(), row.token()))
                    .orElseThrow(() -> refused(
                            Failure.Kind.REJECTED,
                            "this host is not the destination of an open migration " + migration));
        } catch (StoreUnavailableException e) {
            throw refused(Failure.Kind.RETRYABLE, "the database does not answer here: " + e.getMessage());
        }
    }

    @Override
    public Optional<String> announced(HostId host) throws IOException {
        try {
            return ports.store().peerAddress(host);
        } catch (StoreUnavailableException e) {
            throw new IOException("the database does not answer here: " + e.getMessage(), e);
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

    /** The worker is about to end: no switchover to this host begins any more. */
    public void hold() {
        stopping = true;
    }

    @Override
    public boolean inSwitchover(MigrationId migration) {
        DestinationMigration arriving = known.get(migration);
        return arriving != null && arriving.inSwitchover();
    }

    @Override
    public Optional<KnownContent> known(MigrationId migration, DiskId disk) {
        return open(migration).known(disk);
    }

    /**
     * Lets go of the images that are being written, and so of their locks: the next worker must be able to seal them.
     * Ends serving VMs whose blocks come on demand: their guests wait for the next worker.
     */
    @Override
    public void close() {
        known.values().forEach(DestinationMigration::close);
    }

    private DestinationMigration open(MigrationId migration) {
        return known.computeIfAbsent(
                migration, id -> new DestinationMigration(id, ports, settings, this::clearEarlier, () -> stopping));
    }

    /** One look at everything on its way here; a trouble with one migration does not keep the others waiting. */
    public void look() throws InterruptedException {
        try {
            // Before the database is asked: whatever comes later may be of a migration that is newer than its answer.
            Set<MigrationId> before = Set.copyOf(known.keySet());
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
            for (MigrationId id : before) {
                if (!open.containsKey(id) && ports.records().find(id).isEmpty()) {
                    forget(id);
                }
            }
            said.over(this);
        } catch (IOException | StoreUnavailableException e) {
            if (said.isNews(this, FileProblem.told(e))) {
                LOG.warn("incoming migrations: {}", FileProblem.told(e));
            }
        }
    }

    private void attend(MigrationRecord row) throws InterruptedException {
        MigrationId id = row.task().id();
        try {
            switch (row.state()) {
                case RESUMING -> open(id).run();
                case PULLING -> open(id).keepPulling();
                case FINISHING -> open(id).revive();
                case ROLLING_BACK -> {
                    tidy(id);
                    return;
                }
                case QUEUED, PREPARING, REPLICATING, SWITCHING, STRANDED -> {}
                case COMPLETED, ROLLED_BACK, CANCELLED, REJECTED -> {}
            }
            said.over(id);
        } catch (IOException | StoreUnavailableException e) {
            if (said.isNews(id, FileProblem.told(e))) {
                LOG.warn("incoming migration {}: {}", id, FileProblem.told(e));
            }
        } catch (RuntimeException e) { // top of one migration's part: a defect with it must not cost the others
            LOG.error("incoming migration {}: defect", id, e);
        }
    }

    private void tidy(MigrationId id) throws InterruptedException {
        try {
            if (ports.records().find(id).isEmpty()) {
                return;
            }
            open(id).tidy();
            if (ports.records().find(id).isEmpty()) {
                forget(id);
            }
        } catch (IOException | StoreUnavailableException e) {
            if (said.isNews(id, FileProblem.told(e))) {
                LOG.warn("incoming migration {} is not tidied up: {}", id, FileProblem.told(e));
            }
        } catch (RuntimeException e) { // as above
            LOG.error("incoming migration {} is not tidied up: defect", id, e);
        }
    }

    /** Of a migration that is over and has left nothing here. */
    private void forget(MigrationId id) {
        said.over(id);
        DestinationMigration over = known.remove(id);
        if (over != null) {
            over.close();
        }
    }

    private void clearEarlier(Kept incoming) throws IOException, InterruptedException {
        refuseOverDamaged(incoming);
        for (Kept kept : ports.records().all()) {
            if (kept.migration().equals(incoming.migration())) {
                continue;
            }
            if (!kept.definition().id().equals(incoming.definition().id())) {
                refuseOverShared(incoming, kept);
                continue;
            }
            tidy(kept.migration());
            if (ports.records().find(kept.migration()).isPresent()) {
                throw refused(
                        Failure.Kind.RETRYABLE,
                        "what migration " + kept.migration() + " of the same VM left here is not removed yet");
            }
        }
    }

    private static void refuseOverShared(Kept incoming, Kept kept) throws PeerRefusedException {
        Optional<String> shared = SharedImages.of(incoming.definition(), kept.definition());
        if (shared.isPresent()) {
            throw refused(
                    Failure.Kind.HOST,
                    "image: " + shared.get() + " is VM " + kept.definition().name() + "'s on this host, by migration "
                            + kept.migration());
        }
    }

    /** Whose a damaged record is only the database knows. */
    private void refuseOverDamaged(Kept incoming) throws IOException {
        for (MigrationId id : ports.records().damaged()) {
            boolean same = ports.store()
                    .migration(id)
                    .filter(row ->
                            row.definition().id().equals(incoming.definition().id()))
                    .isPresent();
            if (same && !id.equals(incoming.migration())) {
                throw refused(
                        Failure.Kind.HOST,
                        "the record of migration " + id
                                + " of the same VM is damaged on this host: a person must look");
            }
        }
    }
}
