package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import io.drover.schema.scheduler.SchedulerStore.SubmitVmResult;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.WorkerStore;
import io.drover.schema.worker.WorkerStore.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class ConcurrencyIT {
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final TestDatabase database;
    private final SchedulerStore scheduler;

    ConcurrencyIT(TestDatabase database) {
        this.database = database;
        this.scheduler = database.scheduler();
    }

    @RepeatedTest(5)
    void ofManySubmissionsForOneVmOneIsTaken() throws Exception {
        WorkerStore source = registered("source");
        WorkerStore destination = registered("destination");
        VmDefinition vm = defined(source);
        var calls = new ArrayList<Callable<SubmitResult>>();
        for (int i = 0; i < 4; i++) {
            MigrationTask task = Samples.task(vm.id(), source.host(), destination.host());
            calls.add(i % 2 == 0 ? () -> scheduler.submit(task, "test", null) : () -> source.submit(task));
        }
        List<SubmitResult> results = together(calls);
        assertThat(results).filteredOn(SubmitResult.Submitted.class::isInstance).hasSize(1);
        assertThat(results)
                .filteredOn(SubmitResult.Refused.class::isInstance)
                .extracting(result -> ((SubmitResult.Refused) result).field())
                .containsExactly("vm", "vm", "vm");
    }

    @RepeatedTest(5)
    void theSameSubmissionTwiceAtOnceIsOneMigration() throws Exception {
        WorkerStore source = registered("source");
        WorkerStore destination = registered("destination");
        MigrationTask task = Samples.task(defined(source).id(), source.host(), destination.host());
        Callable<SubmitResult> submit = () -> scheduler.submit(task, "test", null);
        assertThat(together(List.of(submit, submit, submit)))
                .containsExactlyInAnyOrder(
                        new SubmitResult.Submitted(task.id(), true),
                        new SubmitResult.Submitted(task.id(), false),
                        new SubmitResult.Submitted(task.id(), false));
    }

    @RepeatedTest(5)
    void crossingSubmissionsDoNotWaitForEachOther() throws Exception {
        WorkerStore one = registered("one");
        WorkerStore two = registered("two");
        MigrationTask there = Samples.task(defined(one).id(), one.host(), two.host());
        MigrationTask back = Samples.task(defined(two).id(), two.host(), one.host());
        assertThat(together(List.<Callable<SubmitResult>>of(
                        () -> scheduler.submit(there, "test", null), () -> scheduler.submit(back, "test", null))))
                .allMatch(SubmitResult.Submitted.class::isInstance);
    }

    @RepeatedTest(5)
    void theLastRoomOfADestinationIsPromisedOnce() throws Exception {
        HostId destination = registered("destination").host();
        var calls = new ArrayList<Callable<SubmitResult>>();
        for (int i = 0; i < 6; i++) {
            WorkerStore source = registered("source");
            MigrationTask task = Samples.task(defined(source).id(), source.host(), destination);
            calls.add(() -> scheduler.submit(task, "test", null));
        }
        assertThat(together(calls))
                .filteredOn(SubmitResult.Submitted.class::isInstance)
                .hasSize((int) (Samples.FACTS.memoryBytes() / Samples.VM_MEMORY_BYTES));
    }

    /** Whatever the order: a give that was answered done stands, and one that was refused does not. */
    @RepeatedTest(20)
    void giveCancelAndClaimRace() throws Exception {
        WorkerStore source = registered("source");
        WorkerStore destination = registered("destination");
        MigrationTask task = Samples.task(defined(source).id(), source.host(), destination.host());
        scheduler.submit(task, "test", null);
        source.claim(task.id(), LEASE);
        source.transition(task.id(), 1, MigrationState.REPLICATING, null);
        source.transition(task.id(), 1, MigrationState.SWITCHING, null);
        var results = together(List.<Callable<Object>>of(
                () -> source.giveOwnership(task.vm(), task.id(), 1, 1),
                () -> scheduler.requestCancel(task.id(), "test"),
                () -> source.claim(task.id(), LEASE).orElseThrow()));
        boolean given = ((Outcome) results.getFirst()).done();
        CancelResult cancel = (CancelResult) results.get(1);
        var row = scheduler.vm(task.vm()).orElseThrow();
        var migration = scheduler.migration(task.id()).orElseThrow().migration();
        assertThat(migration.attempt()).isEqualTo(2);
        assertThat(row.owner()).isEqualTo(given ? destination.host() : source.host());
        assertThat(row.epoch()).isEqualTo(given ? 2 : 1);
        assertThat(migration.state()).isEqualTo(given ? MigrationState.RESUMING : MigrationState.SWITCHING);
        assertThat(cancel).isEqualTo(given ? CancelResult.TOO_LATE : CancelResult.REQUESTED);
        assertThat(source.giveOwnership(task.vm(), task.id(), 1, 1).done()).isEqualTo(given);
    }

    @Test
    void aGiveAskedTwiceAtOnceGivesOnce() throws Exception {
        WorkerStore source = registered("source");
        WorkerStore destination = registered("destination");
        MigrationTask task = Samples.task(defined(source).id(), source.host(), destination.host());
        scheduler.submit(task, "test", null);
        source.claim(task.id(), LEASE);
        source.transition(task.id(), 1, MigrationState.REPLICATING, null);
        source.transition(task.id(), 1, MigrationState.SWITCHING, null);
        Callable<Outcome> give = () -> source.giveOwnership(task.vm(), task.id(), 1, 1);
        assertThat(together(List.of(give, give))).containsExactly(Outcome.DONE, Outcome.DONE);
        assertThat(scheduler.vm(task.vm()).orElseThrow().epoch()).isEqualTo(2);
    }

    /** What VMs stand on is nobody's disk, however the two definitions meet. */
    @Test
    void anImageBecomesADiskOrABaseOfTwoDefinitionsAtOnce() throws Exception {
        WorkerStore owner = registered("owner");
        for (int round = 0; round < 10; round++) {
            String image = UUID.randomUUID() + ".raw";
            VmDefinition own = Samples.definition(new DiskDefinition(new DiskId("data"), DiskRole.DATA, image));
            VmDefinition over = Samples.definition(Samples.diskOver(image));
            List<SubmitVmResult> results = together(
                    List.of(() -> scheduler.defineVm(own, owner.host()), () -> scheduler.defineVm(over, owner.host())));
            assertThat(results)
                    .filteredOn(SubmitVmResult.Refused.class::isInstance)
                    .extracting(result -> ((SubmitVmResult.Refused) result).field())
                    .containsExactly("disks");
        }
    }

    private WorkerStore registered(String prefix) {
        WorkerStore worker = database.worker(Samples.host(prefix));
        worker.registerHost(Samples.FACTS);
        return worker;
    }

    private VmDefinition defined(WorkerStore owner) {
        VmDefinition definition = Samples.definition();
        assertThat(scheduler.defineVm(definition, owner.host())).isInstanceOf(SubmitVmResult.Defined.class);
        return definition;
    }

    /** Runs the calls at once and returns their answers in order. */
    private static <T> List<T> together(List<Callable<T>> calls) throws Exception {
        var start = new CyclicBarrier(calls.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = calls.stream()
                    .map(call -> threads.submit(() -> {
                        start.await(30, TimeUnit.SECONDS);
                        return call.call();
                    }))
                    .toList();
            var results = new ArrayList<T>();
            for (Future<T> future : futures) {
                results.add(future.get(60, TimeUnit.SECONDS));
            }
            return results;
        }
    }
}
