package io.drover.worker.migration.destination;

import static io.drover.worker.migration.destination.AdmissionCheck.refused;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.text.FileProblem;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.VmRecord;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.image.BasePart;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.migration.destination.DestinationRecords.Kept;
import io.drover.worker.migration.destination.DestinationRecords.KeptDisk;
import io.drover.worker.migration.destination.PulledDisks.PulledDisk;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.KnownContent;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One migration at its destination. The source's calls and this worker's own loop take turns; what must survive a crash
 * is in {@link DestinationRecords}, in the mark and in the database, so that a new object goes on where another
 * stopped.
 */
final class DestinationMigration implements Destination {
    private static final Logger LOG = LoggerFactory.getLogger(DestinationMigration.class);
    private static final Duration TURN_LIMIT = Duration.ofSeconds(20);

    private final MigrationId id;
    private final DestinationPorts ports;
    private final DestinationSettings settings;
    private final EarlierMigrations earlier;
    private final BooleanSupplier stopping;
    private final DestinationHandover arrival;
    private final ArrivingImages images;
    private final PulledArrivals pulled;
    private final CallLock turn;
    private final ArrivalMarks marks;
    private @Nullable Prepared prepared;
    private volatile boolean inSwitchover;

    /** @param stopping whether the worker is about to end */
    DestinationMigration(
            MigrationId id,
            DestinationPorts ports,
            DestinationSettings settings,
            EarlierMigrations earlier,
            BooleanSupplier stopping) {
        this.id = id;
        this.ports = ports;
        this.settings = settings;
        this.earlier = earlier;
        this.stopping = stopping;
        this.images = new ArrivingImages(ports.images(), new KnownSources(ports.images(), ports.store()), id);
        this.pulled = new PulledArrivals(ports.pulledDisks(), id);
        this.arrival = new DestinationHandover(id, ports, images, pulled);
        this.turn = new CallLock(ports.clock());
        this.marks = new ArrivalMarks(ports.marks(), id);
    }

    /** Removes what earlier migrations of a VM left on this host. */
    @FunctionalInterface
    interface EarlierMigrations {
        /** Those that are over; fails when one is not. */
        void clear(Kept incoming) throws IOException, InterruptedException;
    }

    @Override
    public Prepared prepare(PrepareRequest request) throws IOException, InterruptedException {
        // Read before the turn is taken: a call that an old session left behind must not pass for the current
        // attempt's.
        MigrationRecord row = row();
        try (var _ = turn.take(TURN_LIMIT)) {
            refuseUnlessPreparing(row);
            Optional<Kept> stands = ports.records().find(id);
            if (stands.isPresent() && stands.get().attempt() >= row.attempt()) {
                return again(stands.get(), row.attempt());
            }
            if (stands.isPresent()) {
                // The images stay: what arrived need not come again.
                endVm(row, stands.get());
            }
            return prepare(row, request);
        } catch (StoreUnavailableException e) {
            throw refused(Failure.Kind.RETRYABLE, "the database does not answer here: " + e.getMessage());
        }
    }

    @Override
    public long takeBase(BasePart part) throws IOException {
        MigrationRecord row = row();
        refuseUnlessPreparing(row);
        return new AdmissionCheck(ports, settings, id).takeBase(row.definition(), part);
    }

    private MigrationRecord row() throws PeerRefusedException {
        try {
            return ports.store()
                    .migration(id)
                    .filter(row -> row.task().destination().equals(ports.store().host()))
                    .orElseThrow(() ->
                            refused(Failure.Kind.REJECTED, "this host is not the destination of a migration " + id));
        } catch (StoreUnavailableException e) {
            throw refused(Failure.Kind.RETRYABLE, "the database does not answer here: " + e.getMessage());
        }
    }

    private void refuseUnlessPreparing(MigrationRecord row) throws IOException {
        boolean early = row.state() == MigrationState.PREPARING || row.state() == MigrationState.REPLICATING;
        if (!early || marks.mayRun(row.definition().id())) {
            throw refused(
                    Failure.Kind.REJECTED, "the migration is " + row.state().wireName() + " already");
        }
    }

    /** The same attempt asks again: it gets the same answer as long as nothing has arrived. */
    private Prepared again(Kept stands, int attempt) throws IOException, InterruptedException {
        var answer = prepared;
        if (stands.attempt() == attempt && answer != null) {
            if (stands.idle()) {
                return answer;
            }
            Optional<IncomingVm> vm = find(stands);
            if (vm.isPresent() && vm.get().memory().phase() == Phase.NONE) {
                return answer;
            }
        }
        throw refused(Failure.Kind.RETRYABLE, "attempt " + stands.attempt() + " has been prepared here already");
    }

    private Prepared prepare(MigrationRecord row, PrepareRequest request) throws IOException, InterruptedException {
        new RequestCheck(row, ports.store()).check(request);
        var kept = new Kept(id, row.attempt(), row.definition(), disks(row, request), request.idle());
        marks.refuseOverEvidence(row);
        earlier.clear(kept);
        new AdmissionCheck(ports, settings, id).check(row.definition(), request);
        marks.reserve(kept.definition().id());
        record(kept);
        try {
            images.create(
                    row.definition().id(), row.task().bases(), kept.disks(), disk -> buildsOnContent(request, disk));
            pulled.create(kept);
            prepared = kept.idle()
                    ? new Prepared(Map.of())
                    : startVm(kept, row.task().source());
            return prepared;
        } catch (IOException e) {
            LOG.warn("migration {}: cannot be prepared: {}", id, FileProblem.told(e));
            LOG.debug("migration {}: cannot be prepared", id, e);
            tearDown(row, kept);
            throw refused(Failure.Kind.HOST, "the VM cannot be prepared here: " + FileProblem.told(e));
        }
    }

    private void record(Kept kept) throws PeerRefusedException {
        try {
            ports.records().put(kept);
        } catch (IOException e) {
            throw refused(Failure.Kind.HOST, "state folder: the arrival cannot be noted: " + FileProblem.told(e));
        }
    }

    /** Of a request that was found to speak of this row's VM. */
    private List<KeptDisk> disks(MigrationRecord row, PrepareRequest request) {
        var disks = new ArrayList<KeptDisk>();
        for (var disk : row.definition().disks()) {
            DiskNeed need = Objects.requireNonNull(request.disks().get(disk.id()), "checked before");
            String algorithm = row.task().algorithmFor(disk.id());
            boolean mirrored = !request.idle() && settings.nativeAlgorithms().contains(algorithm);
            boolean pulls = !request.idle() && need.pulls();
            disks.add(new KeptDisk(disk.id(), disk.image(), need.size(), mirrored, pulls, disk.format(), disk.base()));
        }
        return disks;
    }

    private static boolean buildsOnContent(PrepareRequest request, DiskId disk) {
        DiskNeed need = request.disks().get(disk);
        return need != null && need.buildsOnContent();
    }

    private Prepared startVm(Kept kept, HostId source) throws IOException, InterruptedException {
        try (IncomingVm vm = ports.hypervisor().startIncoming(kept.definition())) {
            pulled.attach(vm, kept);
            Map<DiskId, String> mirrors = new HashMap<>();
            for (KeptDisk disk : kept.disks()) {
                if (disk.mirroredNatively()) {
                    mirrors.put(disk.disk(), vm.acceptMirror(disk.disk(), settings.mirrorAddress(), source));
                }
            }
            vm.acceptMemory();
            return new Prepared(mirrors);
        }
    }

    @Override
    public boolean awaitComplete(Duration limit) throws IOException, InterruptedException {
        Kept kept = kept();
        if (!kept.idle()) {
            IncomingVm vm = find(kept)
                    .orElseThrow(() -> new VmGoneException(kept.definition().id()));
            try (vm) {
                if (!new ArrivingMemory(vm, ports.clock()).await(limit)) {
                    return false;
                }
            }
        }
        try (var _ = turn.take(TURN_LIMIT)) {
            images.seal(kept.disks());
            pulled.begin(kept);
        }
        return true;
    }

    @Override
    public void beginSwitchover() throws IOException {
        inSwitchover = true;
        // Noted first: whoever stops has seen this, or this sees that it stops.
        if (stopping.getAsBoolean()) {
            inSwitchover = false;
            throw refused(Failure.Kind.RETRYABLE, "this host's worker is stopping");
        }
    }

    @Override
    public void run() throws IOException, InterruptedException {
        MigrationRecord row = row();
        try (var _ = turn.take(TURN_LIMIT)) {
            arrival.run(row, kept());
            inSwitchover = false;
        } catch (StoreUnavailableException e) {
            throw new IOException("the database does not answer: " + e.getMessage(), e);
        }
    }

    /** Runs the guest again when this host owns it, it ran here, and its process ended since. */
    void revive() throws IOException, InterruptedException {
        MigrationRecord row = row();
        try (var _ = turn.take(TURN_LIMIT)) {
            Kept kept = kept();
            if (!kept.idle()
                    && marks.mayRun(row.definition().id())
                    && !ports.hypervisor().alive().contains(row.definition().id())) {
                arrival.run(row, kept);
            }
        }
    }

    @Override
    public void leaveBehind(DiskId disk, List<Extent> extents) throws IOException {
        pulledDisk(disk).leaveBehind(extents);
    }

    @Override
    public Missing missing(DiskId disk, long offset) throws IOException {
        Optional<PulledDisk> found = pulled.find(kept(), disk);
        return found.isEmpty()
                ? new Missing(List.of(), 0)
                : new Missing(
                        found.get().missing(offset, Missing.EXTENTS_MAX),
                        found.get().missingBytes());
    }

    private PulledDisk pulledDisk(DiskId disk) throws IOException {
        return pulled.find(kept(), disk)
                .orElseThrow(() -> refused(Failure.Kind.REJECTED, "disk " + disk + " is not pulled on this host"));
    }

    @Override
    public boolean completePull() throws IOException, InterruptedException {
        Kept kept = kept();
        try (var _ = turn.take(TURN_LIMIT)) {
            Optional<IncomingVm> vm = find(kept);
            if (vm.isEmpty()) {
                return pulled.complete(vm, kept);
            }
            try (IncomingVm open = vm.get()) {
                return pulled.complete(Optional.of(open), kept);
            }
        }
    }

    /** While blocks are pulled: serves the VM, also after a restart, and lets it go on when it had to stop. */
    void keepPulling() throws IOException, InterruptedException {
        Kept kept = kept();
        try (var _ = turn.take(TURN_LIMIT)) {
            Optional<IncomingVm> vm = find(kept);
            if (vm.isPresent()) {
                try (IncomingVm open = vm.get()) {
                    pulled.keep(open, kept);
                }
            }
        }
    }

    /** The worker is stopping. */
    void close() {
        try {
            images.close();
            pulled.end();
        } catch (IOException e) {
            LOG.warn("migration {}: closing its disks: {}", id, FileProblem.told(e));
        }
    }

    @Override
    public Observation observe() throws IOException, InterruptedException {
        MigrationRecord row = row();
        if (row.state().terminal()) {
            throw refused(
                    Failure.Kind.REJECTED,
                    "not observed: the migration is " + row.state().wireName());
        }
        return new Observation(ranHere(row));
    }

    /**
     * Never while an arrival is between reading the owner and its mark: the source takes a no for leave to run the
     * guest.
     */
    private boolean ranHere(MigrationRecord row) throws IOException, InterruptedException {
        try (var _ = turn.take(TURN_LIMIT)) {
            return marks.ranHere(row);
        }
    }

    @Override
    public RegionComparison compare(DiskId disk, RegionDigests source) throws IOException, InterruptedException {
        Kept kept = kept();
        if (kept.idle()) {
            return ports.idleChecks().compare(images.sealed(kept.disks(), disk), source);
        }
        // By the mark and not by the database: before the handover the guest may stand still and wait for this.
        return marks.mayRun(kept.definition().id())
                ? arrival.check(row()).compare(disk, source)
                : ports.idleChecks().compare(images.name(kept.disks(), disk), source);
    }

    @Override
    public void settle() throws IOException, InterruptedException {
        MigrationRecord row = row();
        try (var _ = turn.take(TURN_LIMIT)) {
            arrival.settle(row);
        }
    }

    @Override
    public void abort() throws IOException, InterruptedException {
        MigrationRecord row = row();
        if (row.state() != MigrationState.ROLLING_BACK && (!row.state().terminal() || isOver(row))) {
            throw refused(
                    Failure.Kind.REJECTED,
                    "not aborted: the migration is " + row.state().wireName());
        }
        remove(row);
    }

    /** Removes what a migration that is over left here, or what a completed one kept for the comparison. */
    void tidy() throws IOException, InterruptedException {
        MigrationRecord row = row();
        if (isOver(row)) {
            try (var _ = turn.take(TURN_LIMIT)) {
                arrival.settle(row);
                forgetPulled();
                ports.records().remove(id);
            }
        } else if (row.state().terminal() || row.state() == MigrationState.ROLLING_BACK) {
            remove(row);
        }
    }

    private void forgetPulled() throws IOException {
        Optional<Kept> stands = ports.records().find(id);
        if (stands.isPresent()) {
            pulled.forget(stands.get());
        }
    }

    private static boolean isOver(MigrationRecord row) {
        return row.state() == MigrationState.COMPLETED;
    }

    private void remove(MigrationRecord row) throws IOException, InterruptedException {
        try (var _ = turn.take(TURN_LIMIT)) {
            VmRecord vm =
                    ports.store().vm(row.definition().id()).orElseThrow(() -> new IOException("the VM's row is gone"));
            boolean owned = vm.owner().equals(ports.store().host()) && vm.epoch() > row.epoch();
            if (owned || marks.ranHere(row)) {
                throw refused(Failure.Kind.REJECTED, "not aborted: this host owns the VM, or the guest ran here");
            }
            Optional<Kept> stands = ports.records().find(id);
            if (stands.isPresent()) {
                tearDown(row, stands.get());
            }
        } catch (StoreUnavailableException e) {
            throw new IOException("the database does not answer: " + e.getMessage(), e);
        }
    }

    /** Only for what this migration made, and only when the guest cannot have run here. */
    private void tearDown(MigrationRecord row, Kept kept) throws IOException, InterruptedException {
        endVm(row, kept);
        images.discard(kept.disks());
        ports.records().remove(id);
    }

    private void endVm(MigrationRecord row, Kept kept) throws IOException, InterruptedException {
        if (!kept.definition().id().equals(row.definition().id())) {
            throw new IOException("what is recorded here for migration " + id + " is about VM "
                    + kept.definition().id() + ", which is not the migration's: nothing is ended or removed");
        }
        prepared = null;
        inSwitchover = false;
        images.close();
        Optional<IncomingVm> vm = find(kept);
        if (vm.isPresent()) {
            quit(vm.get());
        }
        // Not before: a VM that ends looks for its disks' server for seconds when that is gone.
        pulled.close();
    }

    private static void quit(IncomingVm vm) throws IOException, InterruptedException {
        try (vm) {
            if (vm.status() == VmStatus.RUNNING) {
                throw new IOException("a guest runs here that nobody gave to this host: it is left alone");
            }
            vm.quit();
        } catch (VmGoneException e) {
            LOG.debug("the incoming VM had ended by itself");
        }
    }

    private Optional<IncomingVm> find(Kept kept) throws IOException, InterruptedException {
        return ports.hypervisor().findIncoming(kept.definition().id());
    }

    private Kept kept() throws IOException {
        return ports.records()
                .find(id)
                .orElseThrow(() -> refused(Failure.Kind.REJECTED, "nothing is prepared here for migration " + id));
    }

    /** Where the VM waits for its memory; refused when there is none. */
    String memorySocket() throws IOException, InterruptedException {
        IncomingVm vm =
                find(kept()).orElseThrow(() -> refused(Failure.Kind.REJECTED, "no VM waits for memory on this host"));
        try (vm) {
            return vm.memorySocket();
        }
    }

    /** From {@link #beginSwitchover} until the guest runs here, or what came is removed. */
    boolean inSwitchover() {
        return inSwitchover;
    }

    /** The image being written; refused when it takes no more data. */
    TargetImage image(DiskId disk) throws IOException {
        Optional<TargetImage> image = images.find(disk);
        if (image.isEmpty()) {
            image = pulled.image(kept(), disk);
        }
        return image.orElseThrow(() -> refused(Failure.Kind.REJECTED, "disk " + disk + " takes no data on this host"));
    }

    /** What was here of a disk before it is sent. */
    Optional<KnownContent> known(DiskId disk) {
        return images.known(disk);
    }
}
