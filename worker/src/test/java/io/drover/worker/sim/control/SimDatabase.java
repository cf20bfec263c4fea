package io.drover.worker.sim.control;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.memory.MemoryDatabase;
import io.drover.schema.memory.MemoryDatabase.Backup;
import io.drover.schema.memory.MemorySchedulerStore;
import io.drover.schema.memory.MemoryStores;
import io.drover.schema.memory.MigrationRow;
import io.drover.schema.memory.Rule;
import io.drover.schema.memory.VmRow;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.Labels;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.worker.WorkerStore.HostFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The database of the world, which tells what happens in it, and what a scenario does to it without a fault. */
public final class SimDatabase {
    private static final List<Rule> OF_THE_GIVE = List.of(
            Rule.GIVE_ONCE, Rule.GIVE_ATTEMPT, Rule.GIVE_FROM_SWITCHING, Rule.GIVE_NOT_CANCELLED, Rule.GIVE_EPOCH);

    private final SimWorld world;
    private final MemoryDatabase memory;
    private final SchedulerStore store;
    public final Map<VmId, VmRow> vms;
    public final Map<MigrationId, MigrationRow> migrations;

    SimDatabase(SimWorld world) {
        this.world = world;
        this.memory = new MemoryDatabase(() -> world.clock().now(), new Told());
        this.store = new MemorySchedulerStore(memory);
        this.vms = memory.vms();
        this.migrations = memory.migrations();
    }

    /** What happens in the database is noted and counted, and is a moment around which everything is delicate. */
    private final class Told implements MemoryDatabase.Observer {
        @Override
        public void changed(MigrationRow row, MigrationState from, String actor) {
            MigrationState to = row.state;
            world.note(
                    "migration %s %s -> %s by %s (%s)".formatted(Names.of(row.task.id()), from, to, actor, row.reason));
            world.count("-> " + to.wireName());
            if (from == MigrationState.RESUMING && to == MigrationState.ROLLING_BACK) {
                world.count("given back");
            }
            if (to.terminal() && row.attempt > 1) {
                world.count("taken up again, then " + to.wireName());
            }
            world.moment(to == MigrationState.RESUMING || to == MigrationState.FINISHING);
        }

        @Override
        public void given(VmRow row) {
            world.note("vm %s owned by %s at epoch %d".formatted(row.definition.name(), row.owner, row.epoch));
        }
    }

    MemoryDatabase memory() {
        return memory;
    }

    /** A host is known before its worker starts. */
    void register(HostId host) {
        var capacity = SimLoads.CAPACITY;
        MemoryStores.worker(memory, host)
                .registerHost(new HostFacts(
                        host.value(),
                        "simulated",
                        capacity.cpuCores(),
                        capacity.memoryBytes(),
                        capacity.imagesBytes(),
                        capacity.imagesBytes(),
                        capacity.linkBytesPerSecond()));
    }

    /** From now on whoever asks is given the VM. */
    void giveToAnybody() {
        OF_THE_GIVE.forEach(memory::leaveOut);
    }

    /** What operators said before the world began. */
    public void label(Labels said) {
        said.hosts().forEach((host, labels) -> store.relabel(host, Map.of(), labels));
        said.vms().forEach((vm, labels) -> store.relabel(vm, store.labels(), labels));
    }

    public Backup backup() {
        return memory.backup();
    }

    /** The database is restored: what was committed since is lost, and a migration submitted since unknown. */
    void setBack(Backup backup) {
        memory.restore(backup);
        world.note("the database is set back");
        world.count("the database was set back");
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
            throw new IllegalStateException("no VM " + id);
        }
        return row;
    }

    public Optional<MigrationRow> open(VmId vm) {
        return memory.open(vm);
    }

    /** False when refused. */
    public boolean submit(MigrationTask task) {
        return store.submit(task, "somebody", null) instanceof SubmitResult.Submitted;
    }

    public void cancel(MigrationId id) {
        store.requestCancel(id, "somebody");
    }
}
