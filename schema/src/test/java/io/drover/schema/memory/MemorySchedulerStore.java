package io.drover.schema.memory;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.command.WorkerCommand;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.FleetStatistics;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A scheduler's store in memory. */
public final class MemorySchedulerStore implements SchedulerStore {
    static final String SCHEDULER = "scheduler";

    private final MemoryDatabase database;
    private final Tables tables;
    private final Views views;
    private final Plans plans;
    private final Reports reports;

    public MemorySchedulerStore(MemoryDatabase database) {
        this.database = database;
        this.tables = database.tables();
        this.views = new Views(database);
        this.plans = new Plans(database);
        this.reports = new Reports(database);
    }

    private <T> T call(Supplier<T> work) {
        return database.transaction(work);
    }

    private void run(Runnable work) {
        call(() -> {
            work.run();
            return true;
        });
    }

    @Override
    public void ping() {}

    @Override
    public List<HostRow> hosts() {
        return call(views::hosts);
    }

    @Override
    public Optional<HostRow> host(HostId id) {
        return call(() -> views.host(id));
    }

    @Override
    public List<VmRecord> vms() {
        return call(() -> tables.vms.values().stream()
                .sorted(Comparator.comparing(row -> row.definition.name()))
                .map(VmRow::read)
                .toList());
    }

    @Override
    public Optional<VmRecord> vm(VmId id) {
        return call(() -> Optional.ofNullable(tables.vms.get(id)).map(VmRow::read));
    }

    @Override
    public Optional<VmRecord> vm(String idOrName) {
        String text = idOrName.toLowerCase(Locale.ROOT);
        // An id is preferred: a name may look like one.
        return call(() -> tables.vms.values().stream()
                .filter(row -> row.definition.id().toString().equals(text))
                .findFirst()
                .or(() -> tables.vms.values().stream()
                        .filter(row -> row.definition.name().equals(idOrName))
                        .findFirst())
                .map(VmRow::read));
    }

    @Override
    public SubmitVmResult defineVm(VmDefinition definition, HostId owner) {
        return call(() -> Definitions.define(tables, definition, owner));
    }

    @Override
    public Optional<VmRecord> wantPower(VmId vm, VmRecord.Power power) {
        return call(() -> Optional.ofNullable(tables.vms.get(vm)).map(row -> {
            row.wanted = power;
            boolean start = power == VmRecord.Power.RUNNING;
            database.outbox()
                    .post(row.owner, start ? new WorkerCommand.StartVm(vm) : new WorkerCommand.StopVm(vm), null);
            return row.read();
        }));
    }

    @Override
    public List<LinkLimit> linkLimits() {
        return call(() -> tables.hosts.entrySet().stream()
                .map(host -> new LinkLimit(
                        host.getKey(), host.getValue().facts().linkBytesPerSecond(), tables.limits.get(host.getKey())))
                .toList());
    }

    @Override
    public boolean limitLink(HostId host, @Nullable Long bytesPerSecond, String requestedBy) {
        return call(() -> {
            if (!tables.hosts.containsKey(host)) {
                return false;
            }
            if (bytesPerSecond == null) {
                tables.limits.remove(host);
            } else {
                tables.limits.put(host, bytesPerSecond);
            }
            database.outbox().post(host, new WorkerCommand.ApplyLinkLimit(), null);
            return true;
        });
    }

    @Override
    public Optional<String> takeOver(HostId host, String requestedBy, String reason) {
        return call(() -> new Sessions(database).takeOver(host));
    }

    @Override
    public Optional<WantedMode> wantedMode() {
        return call(() -> Optional.ofNullable(tables.mode));
    }

    @Override
    public void wantMode(@Nullable String mode, String requestedBy) {
        run(() -> tables.mode = mode == null ? null : new WantedMode(mode, requestedBy, database.at()));
    }

    @Override
    public void propose(Decision decision, StoredPlan.State state, List<PlannedMove> moves, Instant expiresAt) {
        run(() -> plans.propose(decision, state, moves, expiresAt));
    }

    @Override
    public List<StoredPlan> plans(int limit) {
        return call(() -> plans.newest(limit));
    }

    @Override
    public Optional<StoredPlan> plan(DecisionId id) {
        return call(() -> plans.find(id));
    }

    @Override
    public Optional<List<SubmitResult>> approve(DecisionId id, List<List<MigrationTask>> bundles, String requestedBy) {
        List<MigrationId> moves =
                bundles.stream().flatMap(List::stream).map(MigrationTask::id).toList();
        return call(() -> {
            if (!plans.close(id, StoredPlan.State.APPROVED, requestedBy, moves)) {
                return Optional.empty();
            }
            return Optional.of(bundles.stream()
                    .flatMap(bundle -> together(bundle, requestedBy, id).stream())
                    .toList());
        });
    }

    @Override
    public boolean reject(DecisionId id, String requestedBy) {
        return call(() -> plans.close(id, StoredPlan.State.REJECTED, requestedBy, List.of()));
    }

    @Override
    public boolean withdraw(DecisionId id, String requestedBy) {
        return call(() -> plans.close(id, StoredPlan.State.SUPERSEDED, requestedBy, List.of()));
    }

    @Override
    public Labels labels() {
        return call(() -> tables.labels);
    }

    @Override
    public boolean relabel(HostId host, Map<String, String> expected, Map<String, String> labels) {
        return call(() -> {
            Labels before = tables.labels;
            if (!tables.hosts.containsKey(host) || !before.of(host).equals(expected)) {
                return false;
            }
            var hosts = new HashMap<>(before.hosts());
            hosts.put(host, labels);
            tables.labels = new Labels(hosts, before.vms());
            return true;
        });
    }

    @Override
    public boolean relabel(VmId vm, Labels expected, Map<String, String> labels) {
        return call(() -> {
            Labels before = tables.labels;
            if (!tables.vms.containsKey(vm) || !before.vms().equals(expected.vms())) {
                return false;
            }
            var vms = new HashMap<>(before.vms());
            vms.put(vm, labels);
            tables.labels = new Labels(before.hosts(), vms);
            return true;
        });
    }

    @Override
    public void storeReport(HostReport report) {
        run(() -> reports.store(report));
    }

    @Override
    public List<HostReport> reports(Instant since) {
        return call(() -> reports.since(since));
    }

    @Override
    public SubmitResult submit(MigrationTask task, String requestedBy, @Nullable DecisionId decision) {
        return call(() -> database.submit(task, null, requestedBy, decision));
    }

    @Override
    public SubmitResult submitForced(MigrationTask task, MigrationOverride override) {
        return call(() -> {
            SubmitResult result = database.submit(task, null, override.by(), null);
            MigrationRow row = tables.migrations.get(task.id());
            // The same task again is the same override.
            if (result instanceof SubmitResult.Submitted && row != null && row.override == null) {
                row.override = override;
            }
            return result;
        });
    }

    @Override
    public List<SubmitResult> submitTogether(
            List<MigrationTask> tasks, String requestedBy, @Nullable DecisionId decision) {
        return call(() -> together(tasks, requestedBy, decision));
    }

    private List<SubmitResult> together(List<MigrationTask> tasks, String requestedBy, @Nullable DecisionId decision) {
        var before = Set.copyOf(tables.migrations.keySet());
        int posted = tables.outbox.size();
        var results = new ArrayList<SubmitResult>();
        for (MigrationTask task : tasks) {
            SubmitResult result = database.submit(task, null, requestedBy, decision);
            if (result instanceof SubmitResult.Refused refused && database.keeps(Rule.ALL_OR_NONE)) {
                tables.migrations.keySet().retainAll(before);
                tables.outbox.subList(posted, tables.outbox.size()).clear();
                return tasks.stream()
                        .<SubmitResult>map(
                                other -> other.equals(task) ? refused : SubmitResult.Refused.with(task, refused))
                        .toList();
            }
            results.add(result);
        }
        return results;
    }

    @Override
    public CancelResult requestCancel(MigrationId id, String requestedBy) {
        return call(() -> database.cancel(id, SCHEDULER, MemoryDatabase.printable(requestedBy, 200)));
    }

    @Override
    public List<MigrationView> migrations(boolean openOnly, int limit) {
        return call(() -> views.migrations(row -> !openOnly || !row.state.terminal()).stream()
                .limit(limit)
                .toList());
    }

    @Override
    public List<MigrationView> endedSince(Instant since) {
        return call(() -> views.migrations(row -> row.endedAt != null && row.endedAt.isAfter(since)));
    }

    @Override
    public Optional<MigrationDetail> migration(MigrationId id) {
        return call(() -> Optional.ofNullable(tables.migrations.get(id)).map(views::detail));
    }

    @Override
    public List<MigrationView> expiredLeases() {
        return call(() -> views
                .migrations(row ->
                        !row.state.terminal() && row.leaseUntil != null && row.leaseUntil.isBefore(database.at()))
                .stream()
                .sorted(Comparator.comparing(
                        MigrationView::leaseUntil, Comparator.nullsLast(Comparator.naturalOrder())))
                .toList());
    }

    @Override
    public void storeDecision(Decision decision) {
        run(() -> plans.store(decision));
    }

    @Override
    public List<Decision> decisions(int limit) {
        return call(() -> plans.decisions(limit));
    }

    @Override
    public Optional<Decision> decision(DecisionId id) {
        return call(() -> Optional.ofNullable(tables.decisions.get(id)));
    }

    @Override
    public int relayOutbox(int limit, OutboxPublisher publisher) {
        return database.outbox().relay(limit, publisher, () -> {});
    }

    @Override
    public void recordRejected(RejectedMessage message) {
        run(() -> tables.rejected.add(new Tables.Rejected(SCHEDULER, message, database.at())));
    }

    @Override
    public List<MigrationId> repostQueued(Duration age) {
        return call(() -> {
            Instant before = database.at().minus(age);
            List<MigrationRow> forgotten = tables.migrations.values().stream()
                    .filter(row -> row.state == MigrationState.QUEUED
                            && !row.postedAt.isAfter(before)
                            && !database.outbox().unsent(row.task.id()))
                    .toList();
            for (MigrationRow row : forgotten) {
                row.postedAt = database.at();
                database.outbox().postMigrate(row);
            }
            return forgotten.stream().map(row -> row.task.id()).toList();
        });
    }

    @Override
    public FleetStatistics statistics() {
        return call(() -> new Statistics(database).read());
    }

    @Override
    public void retain(Instant now) {
        run(() -> {
            reports.retain(now);
            plans.retain(now);
            database.retain(now);
        });
    }

    /** No transaction hangs here: each ends before the next begins. */
    @Override
    public List<HostId> endHungTransactions(Duration age) {
        return List.of();
    }
}
