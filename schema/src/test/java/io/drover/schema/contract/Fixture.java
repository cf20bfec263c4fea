package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.support.Samples;
import io.drover.schema.worker.WorkerStore;
import io.drover.schema.worker.WorkerStore.Outcome;
import java.time.Duration;

/** Three registered hosts and a VM on the first of them. */
final class Fixture {
    static final Duration LEASE = Duration.ofMinutes(1);

    final SchedulerStore scheduler;
    final WorkerStore source;
    final WorkerStore destination;
    final WorkerStore stranger;
    final VmDefinition definition = Samples.definition();
    final VmId vm = definition.id();
    final MigrationTask task;
    final MigrationId id;

    Fixture(Stores stores) {
        scheduler = stores.scheduler();
        source = registered(stores, Samples.host("source"));
        destination = registered(stores, Samples.host("destination"));
        stranger = registered(stores, Samples.host("stranger"));
        task = Samples.task(vm, source.host(), destination.host());
        id = task.id();
        assertThat(scheduler.defineVm(definition, source.host()))
                .isInstanceOf(SchedulerStore.SubmitVmResult.Defined.class);
        source.recordPower(vm, 1, VmRecord.Power.RUNNING);
    }

    private static WorkerStore registered(Stores stores, HostId host) {
        WorkerStore worker = stores.worker(host);
        worker.registerHost(Samples.FACTS);
        return worker;
    }

    void submitted() {
        assertThat(scheduler.submit(task, "test", null)).isEqualTo(new SubmitResult.Submitted(id, true));
    }

    /** Submitted and claimed once. */
    MigrationRecord claimed() {
        submitted();
        return source.claim(id, LEASE).orElseThrow();
    }

    /** Claimed once and in state {@code switching}. */
    void switching() {
        claimed();
        move(1, MigrationState.REPLICATING, MigrationState.SWITCHING);
    }

    /** Given by attempt 1: the destination owns it at epoch 2. */
    void given() {
        switching();
        assertThat(source.giveOwnership(vm, id, 1, 1)).isEqualTo(Outcome.DONE);
    }

    void move(int attempt, MigrationState... states) {
        for (MigrationState state : states) {
            assertThat(source.transition(id, attempt, state, null)).isEqualTo(Outcome.DONE);
        }
    }

    MigrationState state() {
        return scheduler.migration(id).orElseThrow().migration().state();
    }

    VmRecord row() {
        return scheduler.vm(vm).orElseThrow();
    }

    void assertOwner(HostId owner, long epoch) {
        assertThat(row().owner()).isEqualTo(owner);
        assertThat(row().epoch()).isEqualTo(epoch);
    }

    void assertOnlyTransitions(MigrationState... states) {
        assertThat(scheduler.migration(id).orElseThrow().transitions())
                .extracting(SchedulerStore.Transition::to)
                .containsExactly(states);
    }
}
