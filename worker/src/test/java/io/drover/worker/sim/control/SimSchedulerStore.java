package io.drover.worker.sim.control;

import io.drover.messages.DecisionId;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.Labels;
import io.drover.schema.scheduler.MigrationOverride;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.worker.sim.control.SimDatabase.MigrationRow;
import io.drover.worker.sim.control.SimDatabase.VmRow;
import io.drover.worker.sim.control.SimTables.OutboxRow;
import io.drover.worker.sim.host.SimHost;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One scheduler's way to the database, with the semantics of the SQL functions and the faults of {@link SimCalls}. The
 * scenario stops no machine by request.
 */
public final class SimSchedulerStore implements SchedulerStore {
    private final SimWorld world;
    private final SimFleet fleet;
    private final SimDatabase database;
    private final SimTables tables;
    private final SimCalls calls;
    private final Runnable committed;

    /** {@code committed} is told of every migration that stands and of which nobody has been told yet. */
    public SimSchedulerStore(SimFleet fleet, SimTables tables, HostId scheduler, Runnable committed) {
        this.world = fleet.world();
        this.fleet = fleet;
        this.database = fleet.database();
        this.tables = tables;
        this.calls = new SimCalls(world, fleet.network(), fleet.faults(), scheduler);
        this.committed = committed;
    }

    @Override
    public void ping() {
        calls.call("ping", () -> true);
    }

    @Override
    public List<HostRow> hosts() {
        return calls.call("hosts", () -> fleet.hosts().stream().map(this::host).toList());
    }

    private HostRow host(SimHost host) {
        long reserved = open().filter(row -> row.task.destination().equals(host.id())
                        && !database.vm(row.task.vm()).owner.equals(host.id()))
                .mapToLong(row -> database.vm(row.task.vm()).definition.memoryBytes())
                .sum();
        return new HostRow(
                host.id(),
                host.id().value(),
                "simulated",
                SimLoads.CAPACITY.cpuCores(),
                SimLoads.CAPACITY.memoryBytes(),
                SimLoads.CAPACITY.imagesBytes(),
                SimLoads.CAPACITY.imagesBytes(),
                SimLoads.CAPACITY.linkBytesPerSecond(),
                database.at(),
                reserved,
                0);
    }

    private Stream<MigrationRow> open() {
        return database.migrations.values().stream().filter(row -> !row.state.terminal());
    }

    @Override
    public List<VmRecord> vms() {
        return calls.call(
                "vms", () -> database.vms.values().stream().map(VmRow::read).toList());
    }

    @Override
    public Optional<VmRecord> vm(String idOrName) {
        return calls.call(
                "vm",
                () -> database.vms.values().stream()
                        .filter(row -> row.definition.name().equals(idOrName)
                                || row.definition.id().toString().equals(idOrName))
                        .map(VmRow::read)
                        .findFirst());
    }

    @Override
    public SubmitVmResult defineVm(VmDefinition definition, HostId owner) {
        return calls.call("define", () -> new SubmitVmResult.Defined(database.define(definition, owner)));
    }

    @Override
    public Optional<VmRecord> wantPower(VmId vm, VmRecord.Power power) {
        throw new UnsupportedOperationException("the scenario stops no machine by request");
    }

    @Override
    public Optional<WantedMode> wantedMode() {
        return calls.call("wanted mode", Optional::empty);
    }

    @Override
    public void wantMode(@Nullable String mode, String requestedBy) {
        throw new UnsupportedOperationException("the scenario changes no mode");
    }

    @Override
    public void propose(
            Decision decision, StoredPlan.State state, List<StoredPlan.PlannedMove> moves, Instant expiresAt) {
        throw new UnsupportedOperationException("the scenario's balancer is automatic");
    }

    @Override
    public List<StoredPlan> plans(int limit) {
        throw new UnsupportedOperationException("the scenario's balancer is automatic");
    }

    @Override
    public Optional<StoredPlan> plan(DecisionId id) {
        throw new UnsupportedOperationException("the scenario's balancer is automatic");
    }

    @Override
    public Optional<List<SubmitResult>> approve(DecisionId id, List<List<MigrationTask>> bundles, String requestedBy) {
        throw new UnsupportedOperationException("the scenario's balancer is automatic");
    }

    @Override
    public boolean reject(DecisionId id, String requestedBy) {
        throw new UnsupportedOperationException("the scenario's balancer is automatic");
    }

    @Override
    public boolean withdraw(DecisionId id, String requestedBy) {
        throw new UnsupportedOperationException("the scenario's balancer is automatic");
    }

    @Override
    public Labels labels() {
        return calls.call("labels", database::labels);
    }

    @Override
    public boolean relabel(HostId host, Map<String, String> expected, Map<String, String> labels) {
        throw new UnsupportedOperationException("the scenario labels nothing");
    }

    @Override
    public boolean relabel(VmId vm, Labels expected, Map<String, String> labels) {
        throw new UnsupportedOperationException("the scenario labels nothing");
    }

    @Override
    public List<LinkLimit> linkLimits() {
        throw new UnsupportedOperationException("the scenario limits no link");
    }

    @Override
    public Optional<String> takeOver(HostId host, String requestedBy, String reason) {
        throw new UnsupportedOperationException("nobody takes a host over here");
    }

    @Override
    public boolean limitLink(HostId host, @Nullable Long bytesPerSecond, String requestedBy) {
        throw new UnsupportedOperationException("the scenario limits no link");
    }

    @Override
    public void storeReport(HostReport report) {
        calls.call("report", () -> {
            tables.store(report);
            return true;
        });
    }

    @Override
    public List<HostReport> reports(Instant since) {
        return calls.call(
                "reports",
                () -> tables.reports.stream()
                        .filter(report -> report.at().isAfter(since))
                        .sorted(Comparator.comparing(HostReport::host).thenComparing(HostReport::at))
                        .toList());
    }

    @Override
    public SubmitResult submitForced(MigrationTask task, MigrationOverride override) {
        return submit(task, override.by(), null);
    }

    @Override
    public SubmitResult submit(MigrationTask task, String requestedBy, @Nullable DecisionId decision) {
        return submitTogether(List.of(task), requestedBy, decision).getFirst();
    }

    @Override
    public List<SubmitResult> submitTogether(
            List<MigrationTask> tasks, String requestedBy, @Nullable DecisionId decision) {
        return calls.call("submit", () -> {
            List<SubmitResult> results = database.allOrNone(tasks, task -> submitted(task, requestedBy, decision));
            for (int i = 0; i < tasks.size(); i++) {
                if (results.get(i) instanceof SubmitResult.Submitted submitted && submitted.isNew()) {
                    told(tasks.get(i), requestedBy);
                }
            }
            if (tasks.size() > 1) {
                world.count(
                        results.getFirst() instanceof SubmitResult.Refused
                                ? "a bundle refused whole"
                                : "a bundle submitted whole");
            }
            return results;
        });
    }

    private SubmitResult submitted(MigrationTask task, String requestedBy, @Nullable DecisionId decision) {
        MigrationRow before = database.migrations.get(task.id());
        if (before != null) {
            return again(task, before);
        }
        if (!database.submit(task)) {
            return refused(Failure.Kind.RETRYABLE, "vm", "the machine is in a migration or elsewhere");
        }
        MigrationRow row = database.row(task.id());
        row.requestedBy = requestedBy;
        row.decision = decision;
        return new SubmitResult.Submitted(task.id(), true);
    }

    /** In the same transaction. */
    private void told(MigrationTask task, String requestedBy) {
        tables.postMigrate(database.row(task.id()));
        world.note("submitted %s of %s to %s by %s".formatted(task.id(), task.vm(), task.destination(), requestedBy));
        committed.run();
    }

    private SubmitResult again(MigrationTask task, MigrationRow before) {
        boolean same = before.task.vm().equals(task.vm())
                && before.task.source().equals(task.source())
                && before.task.destination().equals(task.destination());
        if (!same) {
            return refused(Failure.Kind.REJECTED, "id", task.id() + " is another migration");
        }
        world.count("submitted again, once there");
        return new SubmitResult.Submitted(task.id(), false);
    }

    private static SubmitResult refused(Failure.Kind kind, String field, String why) {
        return new SubmitResult.Refused(new Failure(kind, why), field);
    }

    @Override
    public CancelResult requestCancel(MigrationId id, String requestedBy) {
        return calls.call("cancel", () -> {
            MigrationRow row = database.migrations.get(id);
            if (row == null) {
                return CancelResult.UNKNOWN;
            }
            boolean asked = row.cancelRequested;
            MigrationState before = row.state;
            database.cancel(id);
            if (row.state == MigrationState.CANCELLED && (before == MigrationState.QUEUED || row.attempt == 0)) {
                return CancelResult.CANCELLED;
            }
            if (before.terminal() || !row.cancelRequested) {
                return CancelResult.TOO_LATE;
            }
            if (!asked) {
                tables.postCancel(row);
            }
            return CancelResult.REQUESTED;
        });
    }

    @Override
    public List<MigrationView> migrations(boolean openOnly, int limit) {
        return calls.call("migrations", () -> {
            var newest = new ArrayList<>(database.migrations.values());
            return newest.reversed().stream()
                    .filter(row -> !openOnly || !row.state.terminal())
                    .limit(limit)
                    .map(row -> SimViews.view(database, row))
                    .toList();
        });
    }

    @Override
    public List<MigrationView> endedSince(Instant since) {
        return migrations(false, Integer.MAX_VALUE).stream()
                .filter(view -> view.endedAt() != null && view.endedAt().isAfter(since))
                .toList();
    }

    @Override
    public Optional<MigrationDetail> migration(MigrationId id) {
        return calls.call(
                "migration",
                () -> Optional.ofNullable(database.migrations.get(id)).map(row -> SimViews.detail(database, row)));
    }

    @Override
    public void storeDecision(Decision decision) {
        calls.call("decision", () -> {
            tables.decisions.putIfAbsent(decision.id(), decision);
            return true;
        });
    }

    @Override
    public List<Decision> decisions(int limit) {
        return calls.call(
                "decisions", () -> tables.decisions().stream().limit(limit).toList());
    }

    @Override
    public Optional<Decision> decision(DecisionId id) {
        return calls.call("decision", () -> Optional.ofNullable(tables.decisions.get(id)));
    }

    @Override
    public int relayOutbox(int limit, OutboxPublisher publisher) {
        calls.requireDatabase("relay");
        List<OutboxRow> rows = tables.take(limit);
        try {
            var published = new ArrayList<OutboxRow>();
            for (OutboxRow row : rows) {
                row.offered = true;
                if (publisher.publish(row.message())) {
                    published.add(row);
                }
            }
            // The marks are part of the transaction that holds the locks: without its end they are gone.
            calls.requireDatabase("relay");
            rows.forEach(row -> row.tries++);
            published.forEach(row -> row.sent = true);
            calls.perhapsLoseAnswer("relay");
            return published.size();
        } finally {
            tables.release(rows);
        }
    }

    @Override
    public boolean recordInbox(InboxMessage message) {
        throw new UnsupportedOperationException("the scenario sends the schedulers nothing over the bus");
    }

    @Override
    public void recordRejected(RejectedMessage message) {
        throw new UnsupportedOperationException("the scenario sends the schedulers nothing over the bus");
    }

    @Override
    public List<MigrationId> repostQueued(Duration age) {
        return calls.call("repost", () -> {
            List<MigrationId> ids = tables.repostQueued(age);
            ids.forEach(id -> world.note("posted again: " + id));
            return ids;
        });
    }

    @Override
    public List<MigrationView> expiredLeases() {
        return calls.call(
                "expired leases",
                () -> open().filter(row -> row.leaseUntil != null && row.leaseUntil.isBefore(database.at()))
                        .map(row -> SimViews.view(database, row))
                        .toList());
    }

    @Override
    public List<HostId> endHungTransactions(Duration age) {
        return List.of();
    }

    @Override
    public void retain(Instant now) {
        throw new UnsupportedOperationException("no world lasts as long as its telemetry is kept");
    }
}
