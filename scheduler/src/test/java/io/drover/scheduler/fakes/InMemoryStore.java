package io.drover.scheduler.fakes;

import io.drover.messages.DecisionId;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.Labels;
import io.drover.schema.scheduler.MigrationOverride;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.schema.scheduler.StoredPlan.PlannedMove;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The database's answers, in memory; {@link #available} false makes every call fail as a lost database does. */
public final class InMemoryStore implements SchedulerStore {
    private final Map<HostId, Long> limits = new HashMap<>();
    public @Nullable String wanted;
    public final LinkedHashMap<DecisionId, StoredPlan> planRows = new LinkedHashMap<>();
    public Labels labelRows = Labels.NONE;
    public boolean available = true;
    public int calls;
    public final Map<HostId, HostRow> hostRows = new LinkedHashMap<>();
    public final Map<VmId, VmRecord> vmRows = new LinkedHashMap<>();
    public final List<HostReport> reportRows = new ArrayList<>();
    public final Map<MigrationId, MigrationOverride> overrides = new HashMap<>();
    public final Map<MigrationId, MigrationView> migrationRows = new LinkedHashMap<>();
    public final List<Decision> decisionRows = new ArrayList<>();
    public final List<OutboxMessage> outbox = new ArrayList<>();
    public final List<RejectedMessage> rejected = new ArrayList<>();
    public final List<MigrationId> expired = new ArrayList<>();
    public final Map<MigrationId, String> requesters = new LinkedHashMap<>();
    public @Nullable Failure refuseSubmissions;

    @Override
    public void ping() {
        call();
    }

    @Override
    public List<HostRow> hosts() {
        call();
        return List.copyOf(hostRows.values());
    }

    @Override
    public List<VmRecord> vms() {
        call();
        return List.copyOf(vmRows.values());
    }

    @Override
    public Optional<VmRecord> vm(String idOrName) {
        call();
        return vmRows.values().stream()
                .filter(vm -> vm.definition().id().toString().equals(idOrName)
                        || vm.definition().name().equals(idOrName))
                .findFirst();
    }

    @Override
    public SubmitVmResult defineVm(VmDefinition definition, HostId owner) {
        if (vm(definition.name()).isPresent()) {
            return new SubmitVmResult.Refused("name", "a machine " + definition.name() + " is there already");
        }
        var row = new VmRecord(definition, owner, 1, VmRecord.Power.STOPPED, VmRecord.Power.STOPPED);
        vmRows.put(definition.id(), row);
        return new SubmitVmResult.Defined(row);
    }

    @Override
    public Optional<VmRecord> wantPower(VmId vm, VmRecord.Power power) {
        call();
        return Optional.ofNullable(vmRows.computeIfPresent(
                vm, (id, row) -> new VmRecord(row.definition(), row.owner(), row.epoch(), row.power(), power)));
    }

    @Override
    public List<LinkLimit> linkLimits() {
        call();
        return hosts().stream()
                .map(host -> new LinkLimit(host.id(), host.linkBytesPerSecond(), limits.get(host.id())))
                .toList();
    }

    @Override
    public Optional<String> takeOver(HostId host, String requestedBy, String reason) {
        return hosts().stream().anyMatch(row -> row.id().equals(host))
                ? Optional.of("the worker of " + host)
                : Optional.empty();
    }

    @Override
    public boolean limitLink(HostId host, @Nullable Long bytesPerSecond, String requestedBy) {
        if (hosts().stream().noneMatch(row -> row.id().equals(host))) {
            return false;
        }
        if (bytesPerSecond == null) {
            limits.remove(host);
        } else {
            limits.put(host, bytesPerSecond);
        }
        return true;
    }

    @Override
    public Optional<WantedMode> wantedMode() {
        call();
        return Optional.ofNullable(wanted).map(mode -> new WantedMode(mode, "anna", ManualClock.START));
    }

    @Override
    public void wantMode(@Nullable String mode, String requestedBy) {
        call();
        wanted = mode;
    }

    @Override
    public void propose(Decision decision, StoredPlan.State state, List<PlannedMove> moves, Instant expiresAt) {
        storeDecision(decision);
        planRows.replaceAll((id, plan) -> plan.state() == StoredPlan.State.WAITING
                ? closed(plan, StoredPlan.State.SUPERSEDED, "balancer")
                : plan);
        planRows.put(
                decision.id(),
                new StoredPlan(decision.id(), decision.at(), decision.sentence(), state, moves, expiresAt, null, null));
    }

    @Override
    public List<StoredPlan> plans(int limit) {
        call();
        return planRows.sequencedValues().reversed().stream().limit(limit).toList();
    }

    @Override
    public Optional<StoredPlan> plan(DecisionId id) {
        call();
        return Optional.ofNullable(planRows.get(id));
    }

    @Override
    public Optional<List<SubmitResult>> approve(DecisionId id, List<List<MigrationTask>> bundles, String requestedBy) {
        if (!close(id, StoredPlan.State.APPROVED, requestedBy)) {
            return Optional.empty();
        }
        return Optional.of(bundles.stream()
                .flatMap(bundle -> submitTogether(bundle, requestedBy, id).stream())
                .toList());
    }

    @Override
    public boolean reject(DecisionId id, String requestedBy) {
        return close(id, StoredPlan.State.REJECTED, requestedBy);
    }

    @Override
    public boolean withdraw(DecisionId id, String requestedBy) {
        return close(id, StoredPlan.State.SUPERSEDED, requestedBy);
    }

    private boolean close(DecisionId id, StoredPlan.State state, String by) {
        boolean waits = plan(id).filter(plan -> plan.state() == StoredPlan.State.WAITING)
                .isPresent();
        planRows.computeIfPresent(id, (key, plan) -> waits ? closed(plan, state, by) : plan);
        return waits;
    }

    private static StoredPlan closed(StoredPlan plan, StoredPlan.State state, String by) {
        return new StoredPlan(
                plan.decision(),
                plan.at(),
                plan.sentence(),
                state,
                plan.moves(),
                plan.expiresAt(),
                by,
                ManualClock.START);
    }

    @Override
    public Labels labels() {
        call();
        return labelRows;
    }

    @Override
    public boolean relabel(HostId host, Map<String, String> expected, Map<String, String> labels) {
        if (!labels().of(host).equals(expected) || !hostRows.containsKey(host)) {
            return false;
        }
        var hosts = new HashMap<>(labelRows.hosts());
        hosts.put(host, labels);
        labelRows = new Labels(hosts, labelRows.vms());
        return true;
    }

    @Override
    public boolean relabel(VmId vm, Labels expected, Map<String, String> labels) {
        if (!labels().vms().equals(expected.vms())) {
            return false;
        }
        var vms = new HashMap<>(labelRows.vms());
        vms.put(vm, labels);
        labelRows = new Labels(labelRows.hosts(), vms);
        return true;
    }

    @Override
    public void storeReport(HostReport report) {
        call();
        reportRows.add(report);
    }

    @Override
    public List<HostReport> reports(Instant since) {
        call();
        return reportRows.stream()
                .filter(report -> report.at().isAfter(since))
                .sorted(Comparator.comparing(HostReport::host).thenComparing(HostReport::at))
                .toList();
    }

    @Override
    public SubmitResult submitForced(MigrationTask task, MigrationOverride override) {
        SubmitResult result = submit(task, override.by(), null);
        overrides.put(task.id(), override);
        return result;
    }

    @Override
    public SubmitResult submit(MigrationTask task, String requestedBy, @Nullable DecisionId decision) {
        call();
        if (migrationRows.containsKey(task.id())) {
            return new SubmitResult.Submitted(task.id(), false);
        }
        if (refuseSubmissions != null) {
            return new SubmitResult.Refused(refuseSubmissions, "destination");
        }
        if (migrations(true, Integer.MAX_VALUE).stream()
                .anyMatch(open -> open.task().vm().equals(task.vm()))) {
            return new SubmitResult.Refused(
                    new Failure(Failure.Kind.RETRYABLE, "the machine is in another migration"), "vm");
        }
        requesters.put(task.id(), requestedBy);
        putMigration(task, MigrationState.QUEUED, ManualClock.START, null, decision);
        return new SubmitResult.Submitted(task.id(), true);
    }

    @Override
    public List<SubmitResult> submitTogether(
            List<MigrationTask> tasks, String requestedBy, @Nullable DecisionId decision) {
        var before = Map.copyOf(migrationRows);
        var results = new ArrayList<SubmitResult>();
        for (MigrationTask task : tasks) {
            SubmitResult result = submit(task, requestedBy, decision);
            if (result instanceof SubmitResult.Refused refused) {
                migrationRows.keySet().retainAll(before.keySet());
                return tasks.stream()
                        .<SubmitResult>map(
                                other -> other.equals(task) ? refused : SubmitResult.Refused.with(task, refused))
                        .toList();
            }
            results.add(result);
        }
        return results;
    }

    /** The task of a migration that must be there. */
    public MigrationTask task(MigrationId id) {
        return migration(id).orElseThrow().migration().task();
    }

    public void putMigration(MigrationTask task, MigrationState state, Instant createdAt, @Nullable Instant endedAt) {
        putMigration(task, state, createdAt, endedAt, null);
    }

    /** {@code decision} is null where somebody asked for the destination. */
    public void putMigration(
            MigrationTask task,
            MigrationState state,
            Instant createdAt,
            @Nullable Instant endedAt,
            @Nullable DecisionId decision) {
        String name = Optional.ofNullable(vmRows.get(task.vm()))
                .map(vm -> vm.definition().name())
                .orElse("gone");
        migrationRows.put(
                task.id(),
                new MigrationView(
                        task, name, state, 0, false, "", 0, 0, 0, 0, null, createdAt, endedAt, null, null, 0, null,
                        decision));
    }

    @Override
    public CancelResult requestCancel(MigrationId id, String requestedBy) {
        call();
        MigrationView view = migrationRows.get(id);
        if (view == null) {
            return CancelResult.UNKNOWN;
        }
        return switch (view.state()) {
            case QUEUED -> CancelResult.CANCELLED;
            case PREPARING, REPLICATING, SWITCHING, ROLLING_BACK -> CancelResult.REQUESTED;
            case RESUMING, PULLING, FINISHING, COMPLETED, ROLLED_BACK, CANCELLED, REJECTED, STRANDED ->
                CancelResult.TOO_LATE;
        };
    }

    @Override
    public List<MigrationView> migrations(boolean openOnly, int limit) {
        call();
        return migrationRows.values().stream()
                .filter(view -> !openOnly || !view.state().terminal())
                .sorted(Comparator.comparing(MigrationView::createdAt).reversed())
                .limit(limit)
                .toList();
    }

    @Override
    public List<MigrationView> endedSince(Instant since) {
        call();
        return migrationRows.values().stream()
                .filter(view -> view.endedAt() != null && view.endedAt().isAfter(since))
                .toList();
    }

    @Override
    public Optional<MigrationDetail> migration(MigrationId id) {
        call();
        return Optional.ofNullable(migrationRows.get(id))
                .map(view -> new MigrationDetail(view, List.of(), List.of(), overrides.get(id)));
    }

    @Override
    public void storeDecision(Decision decision) {
        call();
        if (decision(decision.id()).isEmpty()) {
            decisionRows.add(decision);
        }
    }

    @Override
    public List<Decision> decisions(int limit) {
        call();
        return decisionRows.reversed().stream().limit(limit).toList();
    }

    @Override
    public Optional<Decision> decision(DecisionId id) {
        call();
        return decisionRows.stream()
                .filter(decision -> decision.id().equals(id))
                .findFirst();
    }

    @Override
    public int relayOutbox(int limit, OutboxPublisher publisher) {
        call();
        List<OutboxMessage> batch = List.copyOf(outbox.subList(0, Math.min(limit, outbox.size())));
        int sent = 0;
        for (OutboxMessage message : batch) {
            if (publisher.publish(message)) {
                outbox.remove(message);
                sent++;
            }
        }
        return sent;
    }

    @Override
    public boolean recordInbox(InboxMessage message) {
        throw new UnsupportedOperationException("the scheduler keeps no inbox");
    }

    @Override
    public void recordRejected(RejectedMessage message) {
        call();
        rejected.add(message);
    }

    @Override
    public List<MigrationId> repostQueued(Duration age) {
        call();
        return migrations(true, Integer.MAX_VALUE).stream()
                .filter(view -> view.state() == MigrationState.QUEUED)
                .map(view -> view.task().id())
                .toList();
    }

    @Override
    public List<MigrationView> expiredLeases() {
        call();
        return migrationRows.values().stream()
                .filter(view -> expired.contains(view.task().id()))
                .toList();
    }

    @Override
    public List<HostId> endHungTransactions(Duration age) {
        return List.of();
    }

    @Override
    public void retain(Instant now) {
        call();
    }

    private void call() {
        calls++;
        if (!available) {
            throw new StoreUnavailableException("connection refused");
        }
    }
}
