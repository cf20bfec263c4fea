package io.drover.scheduler.control;

import io.drover.messages.BackingImage;
import io.drover.messages.DecisionId;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.text.Shown;
import io.drover.messages.time.Clock;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.scheduler.cluster.Vm;
import io.drover.scheduler.control.RefusedException.Kind;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.MigrationOverride;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.SchedulerStore.LinkLimit;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.SubmitVmResult;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What operators and cloud controllers may ask for, over HTTP or over the bus. Every method throws
 * {@link io.drover.schema.StoreUnavailableException} when the database does not answer: ask again.
 */
public final class Requests {
    /** Below it not even the pings of a session go through. */
    private static final long LINK_LIMIT_LEAST = 64 << 10;
    /** As of the key link.bytes_per_second. */
    private static final long LINK_LIMIT_MOST = 1L << 40;

    private static final int REASON_MAX = 4000;

    private final SchedulerStore store;
    private final SnapshotBuilder snapshots;
    private final BalancingStrategy strategy;
    private final Dispatch dispatch;
    private final Balancer balancer;
    private final Clock clock;
    private final NamedMoves bindings;

    public Requests(
            SchedulerStore store,
            SnapshotBuilder snapshots,
            BalancingStrategy strategy,
            Dispatch dispatch,
            Balancer balancer,
            Clock clock) {
        this.store = store;
        this.snapshots = snapshots;
        this.strategy = strategy;
        this.dispatch = dispatch;
        this.balancer = balancer;
        this.clock = clock;
        this.bindings = new NamedMoves(snapshots, clock);
    }

    /** Submits a migration; with an id that was submitted before, the task of then. */
    public MigrationTask migrate(MigrateRequest request) throws RefusedException {
        checkAlgorithms(request);
        checkReason("reason", request.reason());
        checkBaseImages(request);
        VmRecord vm = vm(request.vm());
        Optional<MigrationDetail> before = store.migration(request.id());
        if (before.isPresent()) {
            return sameTask(request, vm, before.get().migration().task());
        }
        HostId destination = request.destination();
        if (vm.power() != VmRecord.Power.RUNNING && destination == null) {
            // Where it fits is judged by what it was measured to need.
            throw new RefusedException(Kind.CONFLICT, "vm", name(vm) + " does not run: name a destination");
        }
        if (destination == null && request.force() != null) {
            throw new RefusedException(Kind.INVALID, "force", "name a destination");
        }
        if (destination == null) {
            return submitWhereItFits(request, vm);
        }
        requireHost("destination", destination);
        requireElsewhere(vm, destination);
        List<String> broken = bindings.broken(vm, destination);
        MigrationTask task = task(request, vm, destination);
        if (broken.isEmpty()) {
            return accepted(task, dispatch.submit(task, request.requestedBy(), null));
        }
        String why = request.force();
        if (why == null) {
            throw bindings.refusal(broken);
        }
        return accepted(task, dispatch.submit(task, new MigrationOverride(request.requestedBy(), why, broken)));
    }

    private MigrationTask submitWhereItFits(MigrateRequest request, VmRecord vm) throws RefusedException {
        ClusterSnapshot snapshot = snapshots.build(clock.now());
        Plan plan = strategy.evacuate(snapshot, List.of(vm.definition().id()));
        Plan checked = MoveGuard.requested().check(snapshot, plan);
        if (checked.moves().isEmpty()) {
            throw new RefusedException(Kind.UNFIT, "destination", checked.sentence());
        }
        MigrationTask task = task(request, vm, checked.moves().getFirst().destination());
        DecisionId decision = dispatch.placed(task.id(), evacuation(), snapshot, checked);
        return accepted(task, dispatch.submit(task, request.requestedBy(), decision));
    }

    private static MigrationTask accepted(MigrationTask task, SubmitResult result) throws RefusedException {
        return switch (result) {
            case SubmitResult.Submitted _ -> task;
            case SubmitResult.Refused refused -> throw refusal(refused);
        };
    }

    /** Kept apart from the balancer's own decisions, whose last one tells it what is news. */
    private String evacuation() {
        return strategy.name() + " evacuate";
    }

    /** Moves every running VM off a host. The decision says which and which not; the same id again: no effect. */
    public Decision drain(HostId host, DecisionId id, String requestedBy) throws RefusedException {
        requireHost("host", host);
        Optional<Decision> before = store.decision(id);
        if (before.isPresent()) {
            return before.get();
        }
        ClusterSnapshot snapshot = snapshots.build(clock.now());
        List<Vm> vms = snapshot.vmsOf(host).stream().filter(Vm::running).toList();
        Plan plan = strategy.evacuate(snapshot, vms.stream().map(Vm::id).toList());
        Plan checked = MoveGuard.requested().check(snapshot, plan);
        Plan named = new Plan(checked.moves(), checked.refused(), "draining " + host + ": " + checked.sentence());
        return dispatch.post(id, evacuation(), snapshot, named, requestedBy).decision();
    }

    public Decision rebalance(DecisionId id, String requestedBy) {
        return balancer.rebalance(id, requestedBy);
    }

    /** {@code REQUESTED} or {@code CANCELLED}. */
    public CancelResult cancel(MigrationId id, String requestedBy) throws RefusedException {
        CancelResult result = store.requestCancel(id, requestedBy);
        return switch (result) {
            case REQUESTED, CANCELLED -> result;
            case TOO_LATE ->
                throw new RefusedException(
                        Kind.TOO_LATE, "id", "the VM has been handed over, or the migration is over");
            case UNKNOWN -> throw unknownMigration(id);
        };
    }

    public MigrationDetail migration(MigrationId id) throws RefusedException {
        return store.migration(id).orElseThrow(() -> unknownMigration(id));
    }

    /** By id or name. */
    public VmRecord vm(String idOrName) throws RefusedException {
        // Nobody has to be asked for what can be neither.
        Optional<VmRecord> vm =
                VmDefinition.isName(idOrName) || VmId.isId(idOrName) ? store.vm(idOrName) : Optional.empty();
        return vm.orElseThrow(() -> unknownVm(idOrName));
    }

    private static RefusedException unknownVm(String idOrName) {
        return new RefusedException(Kind.UNKNOWN, "vm", "no VM " + Shown.text(idOrName) + " is known");
    }

    public VmRecord define(VmDefinition definition, HostId host) throws RefusedException {
        requireHost("host", host);
        for (DiskDefinition disk : definition.disks()) {
            checkName("definition.disks.image", disk.image());
            BackingImage base = disk.base();
            if (base != null) {
                checkName("definition.disks.base.image", base.image().value());
            }
            checkFormat(disk);
        }
        return switch (store.defineVm(definition, host)) {
            case SubmitVmResult.Defined defined -> defined.vm();
            case SubmitVmResult.Refused refused ->
                throw new RefusedException(Kind.CONFLICT, refused.field(), refused.message());
        };
    }

    private static void checkName(String field, String image) throws RefusedException {
        if (ImageName.isDroversOwn(image)) {
            throw new RefusedException(
                    Kind.INVALID, field, image + " is a name that Drover gives to files of its own: rename the image");
        }
    }

    private static void checkFormat(DiskDefinition disk) throws RefusedException {
        if (disk.imageFormat() == ImageFormat.RAW && disk.image().endsWith(".qcow2")) {
            throw new RefusedException(
                    Kind.INVALID,
                    "definition.disks.format",
                    disk.image() + " would be taken for raw: say \"format\": \"qcow2\"");
        }
    }

    public VmRecord power(String idOrName, VmRecord.Power power) throws RefusedException {
        VmRecord vm = vm(idOrName);
        return store.wantPower(vm.definition().id(), power).orElseThrow(() -> unknownVm(idOrName));
    }

    /** Limits what a host's migrations use of its link; null clears the limit. The worker follows within seconds. */
    public LinkLimit limitLink(String host, @Nullable Long bytesPerSecond, String requestedBy) throws RefusedException {
        boolean possible =
                bytesPerSecond == null || (bytesPerSecond >= LINK_LIMIT_LEAST && bytesPerSecond <= LINK_LIMIT_MOST);
        if (!possible) {
            throw new RefusedException(
                    Kind.INVALID,
                    "bytes_per_second",
                    "a limit is " + LINK_LIMIT_LEAST + " to " + LINK_LIMIT_MOST + " bytes per second");
        }
        Optional<LinkLimit> before = limitOf(host);
        if (before.isEmpty() || !store.limitLink(before.get().host(), bytesPerSecond, requestedBy)) {
            throw new RefusedException(Kind.UNKNOWN, "host", "no host " + host + " is known");
        }
        return limitOf(host).orElse(before.get());
    }

    private Optional<LinkLimit> limitOf(String host) {
        return store.linkLimits().stream()
                .filter(limit -> limit.host().value().equals(host))
                .findFirst();
    }

    private static void checkAlgorithms(MigrateRequest request) throws RefusedException {
        String algorithm = request.algorithm();
        if (algorithm != null && !TaskDefaults.isAlgorithmName(algorithm)) {
            throw new RefusedException(
                    Kind.INVALID, "algorithm", "'" + Shown.text(algorithm) + "' is not an algorithm's name");
        }
        for (Map.Entry<DiskId, String> named : request.diskAlgorithms().entrySet()) {
            if (!TaskDefaults.isAlgorithmName(named.getValue())) {
                throw new RefusedException(
                        Kind.INVALID,
                        "disk_algorithms",
                        named.getKey() + ": '" + Shown.text(named.getValue()) + "' is not an algorithm's name");
            }
        }
    }

    /** One line for people. */
    private static void checkReason(String field, @Nullable String reason) throws RefusedException {
        if (reason != null && (reason.length() > REASON_MAX || reason.chars().anyMatch(Character::isISOControl))) {
            throw new RefusedException(
                    Kind.INVALID, field, "has at most " + REASON_MAX + " characters and no line ends");
        }
    }

    private static void checkBaseImages(MigrateRequest request) throws RefusedException {
        if (request.baseImages().size() > MigrationTask.BASE_IMAGES_MAX) {
            throw new RefusedException(Kind.INVALID, "base_images", "at most " + MigrationTask.BASE_IMAGES_MAX);
        }
    }

    private Map<DiskId, String> diskAlgorithms(MigrateRequest request, VmRecord vm) {
        return dispatch.defaults().diskAlgorithms(vm.definition(), request.algorithm(), request.diskAlgorithms());
    }

    private MigrationTask sameTask(MigrateRequest request, VmRecord vm, MigrationTask task) throws RefusedException {
        HostId destination = request.destination();
        boolean same = task.vm().equals(vm.definition().id())
                && (destination == null || destination.equals(task.destination()))
                && (request.algorithm() == null || request.algorithm().equals(task.algorithm()))
                && diskAlgorithms(request, vm).equals(task.diskAlgorithms())
                && request.allowPull() == task.mayPull()
                && request.baseImages().equals(task.bases())
                && request.verify() == task.verification();
        if (!same) {
            throw new RefusedException(
                    Kind.CONFLICT, "id", "migration " + task.id() + " was submitted with other arguments");
        }
        return task;
    }

    private MigrationTask task(MigrateRequest request, VmRecord vm, HostId destination) {
        String reason = Objects.requireNonNullElse(request.reason(), "requested by " + request.requestedBy());
        return new MigrationTask(
                request.id(),
                vm.definition().id(),
                vm.owner(),
                destination,
                Objects.requireNonNullElse(
                        request.algorithm(), dispatch.defaults().algorithm()),
                diskAlgorithms(request, vm),
                request.deadline() != null
                        ? request.deadline()
                        : dispatch.defaults().deadlineFrom(clock.now()),
                Dispatch.shortened(reason),
                request.allowPull(),
                request.baseImages(),
                request.verify());
    }

    private static void requireElsewhere(VmRecord vm, HostId destination) throws RefusedException {
        if (vm.owner().equals(destination)) {
            throw new RefusedException(
                    Kind.UNFIT, "destination", destination + " is also the source: " + name(vm) + " is there already");
        }
    }

    private void requireHost(String field, HostId host) throws RefusedException {
        if (store.host(host).isEmpty()) {
            throw new RefusedException(Kind.UNKNOWN, field, "no host " + host + " is known");
        }
    }

    private static RefusedException refusal(SubmitResult.Refused refused) {
        Failure failure = refused.failure();
        Kind kind = switch (failure.kind()) {
            // Another migration of the VM is open: ask again when it is over.
            case RETRYABLE -> Kind.CONFLICT;
            case REJECTED, HOST, INTERNAL -> Kind.UNFIT;
        };
        return new RefusedException(kind, refused.field(), failure.message());
    }

    private static RefusedException unknownMigration(MigrationId id) {
        return new RefusedException(Kind.UNKNOWN, "id", "no migration " + id + " is known");
    }

    private static String name(VmRecord vm) {
        return vm.definition().name();
    }
}
