package io.drover.worker.sim.control;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tables, and the transactions of the SQL functions on them: each method is one, all or nothing. */
public final class SimDatabase {
    private final SimWorld world;
    public final Map<VmId, VmRow> vms = new TreeMap<>();
    public final Map<MigrationId, MigrationRow> migrations = new LinkedHashMap<>();
    private final Set<String> inbox = new HashSet<>();
    private Labels labels = Labels.NONE;
    private int setBacks;

    SimDatabase(SimWorld world) {
        this.world = world;
    }

    /** What operators said before the world began. */
    public void label(Labels said) {
        labels = said;
    }

    Labels labels() {
        return labels;
    }

    /** Fields change only here. */
    public static final class VmRow {
        public final VmDefinition definition;
        public HostId owner;
        public long epoch = 1;
        public VmRecord.Power power = VmRecord.Power.RUNNING;
        public VmRecord.Power wanted = VmRecord.Power.RUNNING;

        public VmRow(VmDefinition definition, HostId owner) {
            this.definition = definition;
            this.owner = owner;
        }

        VmRow copy() {
            var copy = new VmRow(definition, owner);
            copy.epoch = epoch;
            copy.power = power;
            copy.wanted = wanted;
            return copy;
        }

        VmRecord read() {
            return new VmRecord(definition, owner, epoch, power, wanted);
        }
    }

    public static final class MigrationRow {
        public final MigrationTask task;
        final long epoch;
        public MigrationState state = MigrationState.QUEUED;
        final Instant createdAt;
        public int attempt;
        public boolean cancelRequested;
        String requestedBy = "nobody";

        @Nullable
        DecisionId decision;

        @Nullable
        Instant endedAt;

        @Nullable
        Instant leaseUntil;

        @Nullable
        public String reason;

        @Nullable
        MigrationProgress progress;

        public final Map<String, JournalEntry> journal = new LinkedHashMap<>();
        public final List<Done> transitions = new ArrayList<>();

        public MigrationRow(MigrationTask task, long epoch, Instant createdAt) {
            this.task = task;
            this.epoch = epoch;
            this.createdAt = createdAt;
        }

        MigrationRow copy() {
            var copy = new MigrationRow(task, epoch, createdAt);
            copy.state = state;
            copy.attempt = attempt;
            copy.cancelRequested = cancelRequested;
            copy.requestedBy = requestedBy;
            copy.decision = decision;
            copy.endedAt = endedAt;
            copy.leaseUntil = leaseUntil;
            copy.reason = reason;
            copy.progress = progress;
            copy.journal.putAll(journal);
            copy.transitions.addAll(transitions);
            return copy;
        }

        boolean stands(MigrationState to, @Nullable Integer byAttempt, HostId actor) {
            return transitions.stream()
                    .anyMatch(done -> done.to() == to
                            && done.actor().equals(actor)
                            && (byAttempt == null || done.attempt() == byAttempt));
        }
    }

    /** Everything the database held at one time: a backup, or a standby that heard no more. */
    public record Backup(Map<VmId, VmRow> vms, Map<MigrationId, MigrationRow> migrations) {}

    public Backup backup() {
        var backup = new Backup(new TreeMap<>(), new LinkedHashMap<>());
        copy(new Backup(vms, migrations), backup);
        return backup;
    }

    /** The database is restored: what was committed since is lost, and a migration submitted since unknown. */
    void setBack(Backup backup) {
        setBacks++;
        vms.clear();
        migrations.clear();
        copy(backup, new Backup(vms, migrations));
        world.note("the database is set back");
        world.count("the database was set back");
    }

    String incarnation() {
        return "database/" + setBacks;
    }

    private static void copy(Backup from, Backup to) {
        from.vms().forEach((id, row) -> to.vms().put(id, row.copy()));
        from.migrations().forEach((id, row) -> to.migrations().put(id, row.copy()));
    }

    /** A transition that stands. */
    public record Done(MigrationState to, int attempt, HostId actor) {}

    void count(String what) {
        world.count(what);
    }

    Instant at() {
        return world.clock().now();
    }

    public MigrationState state(MigrationId id) {
        return row(id).state;
    }

    public MigrationRow row(MigrationId id) {
        MigrationRow row = migrations.get(id);
        if (row == null) {
            throw new IllegalStateException("no migration " + id);
        }
        return row;
    }

    public VmRow vm(VmId id) {
        VmRow row = vms.get(id);
        if (row == null) {
            throw new IllegalStateException("no machine " + id);
        }
        return row;
    }

    MigrationRecord read(MigrationRow row) {
        return new MigrationRecord(
                row.task,
                vm(row.task.vm()).definition,
                row.state,
                row.attempt,
                row.epoch,
                row.cancelRequested,
                "token-" + row.task.id(),
                row.task.source().value(),
                row.task.destination().value(),
                Instant.EPOCH,
                row.reason);
    }

    public Optional<MigrationRow> open(VmId vm) {
        return migrations.values().stream()
                .filter(row -> row.task.vm().equals(vm) && !row.state.terminal())
                .findFirst();
    }

    /** As {@code record_inbox}: false when it was taken over before. */
    boolean takeOver(HostId host, String messageId) {
        boolean isNew = inbox.add(host + " " + messageId);
        if (!isNew) {
            world.count("a message taken over twice");
        }
        return isNew;
    }

    /** As {@code submit_migration}: false when refused. */
    public boolean submit(MigrationTask task) {
        VmRow vm = vm(task.vm());
        if (open(task.vm()).isPresent() || !vm.owner.equals(task.source())) {
            return false;
        }
        migrations.put(task.id(), new MigrationRow(task, vm.epoch, at()));
        return true;
    }

    /** In one transaction: where one task is refused no row of the others stands, and they are refused for its sake. */
    List<SubmitResult> allOrNone(List<MigrationTask> tasks, Function<MigrationTask, SubmitResult> submission) {
        var before = Set.copyOf(migrations.keySet());
        var results = new ArrayList<SubmitResult>();
        for (MigrationTask task : tasks) {
            SubmitResult result = submission.apply(task);
            if (result instanceof SubmitResult.Refused refused) {
                migrations.keySet().retainAll(before);
                return tasks.stream()
                        .<SubmitResult>map(
                                other -> other.equals(task) ? refused : SubmitResult.Refused.with(task, refused))
                        .toList();
            }
            results.add(result);
        }
        return results;
    }

    /** As {@code define_vm}. */
    VmRecord define(VmDefinition definition, HostId owner) {
        VmRow row = new VmRow(definition, owner);
        vms.put(definition.id(), row);
        return row.read();
    }

    /** As {@code request_cancel}. */
    public void cancel(MigrationId id) {
        MigrationRow row = row(id);
        switch (row.state) {
            case QUEUED -> change(row, MigrationState.CANCELLED, row.task.source(), "cancelled");
            case PREPARING, REPLICATING, SWITCHING, ROLLING_BACK -> row.cancelRequested = true;
            case RESUMING, PULLING, FINISHING, STRANDED, COMPLETED, ROLLED_BACK, CANCELLED, REJECTED -> {}
        }
    }

    /** The one place that changes a state; false when that transition is not allowed. */
    boolean change(MigrationRow row, MigrationState to, HostId actor, @Nullable String reason) {
        if (!row.state.successors().contains(to)) {
            return false;
        }
        world.note("migration %s %s -> %s by %s (%s)".formatted(Names.of(row.task.id()), row.state, to, actor, reason));
        world.count("-> " + to.wireName());
        if (row.state == MigrationState.RESUMING && to == MigrationState.ROLLING_BACK) {
            world.count("given back");
        }
        if (to.terminal() && row.attempt > 1) {
            world.count("taken up again, then " + to.wireName());
        }
        row.state = to;
        row.endedAt = to.terminal() ? at() : null;
        row.reason = reason == null ? row.reason : reason;
        row.transitions.add(new Done(to, row.attempt, actor));
        world.moment(to == MigrationState.RESUMING || to == MigrationState.FINISHING);
        return true;
    }

    void changeOwner(VmId vm, HostId to) {
        VmRow row = vm(vm);
        row.owner = to;
        row.epoch++;
        world.note("vm %s owned by %s at epoch %d".formatted(row.definition.name(), to, row.epoch));
    }
}
