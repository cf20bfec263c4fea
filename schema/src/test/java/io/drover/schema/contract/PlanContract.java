package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.schema.scheduler.StoredPlan.PlannedMove;
import io.drover.schema.scheduler.StoredPlan.State;
import io.drover.schema.support.Samples;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The balancer's mode, and plans that people approve or reject. */
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class PlanContract {
    private SchedulerStore store;
    private final HostId source = Samples.host("source");
    private final HostId destination = Samples.host("destination");
    private final VmDefinition vm = Samples.definition();
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);

    protected abstract Stores stores();

    @BeforeEach
    void defined() {
        store = stores().scheduler();
        stores().worker(source).registerHost(Samples.FACTS);
        stores().worker(destination).registerHost(Samples.FACTS);
        store.defineVm(vm, source);
    }

    @Test
    void aPlanIsStoredWithItsDecisionAndTheNewestWaitsAlone() {
        DecisionId first = propose(State.WAITING, Duration.ofHours(1));
        StoredPlan plan = store.plan(first).orElseThrow();
        assertThat(plan.state()).isEqualTo(State.WAITING);
        assertThat(plan.moves()).containsExactly(move());
        assertThat(plan.sentence()).isEqualTo("Move one VM.");
        assertThat(plan.expiresAt()).isEqualTo(now.plus(Duration.ofHours(1)));

        DecisionId second = propose(State.WAITING, Duration.ofHours(1));

        assertThat(store.plan(first).orElseThrow().state()).isEqualTo(State.SUPERSEDED);
        assertThat(store.plan(second).orElseThrow().state()).isEqualTo(State.WAITING);
        assertThat(store.plans(1)).hasSize(1);
        assertThat(store.decision(second)).isPresent();
        assertThat(store.plan(new DecisionId(UUID.randomUUID()))).isEmpty();
    }

    @Test
    void aWithdrawnPlanWaitsNoMore() {
        DecisionId id = propose(State.WAITING, Duration.ofHours(1));
        assertThat(store.withdraw(id, "balancer")).isTrue();
        assertThat(store.plan(id).orElseThrow().state()).isEqualTo(State.SUPERSEDED);
        assertThat(store.plan(id).orElseThrow().closedBy()).isEqualTo("balancer");
        assertThat(store.withdraw(id, "balancer")).isFalse();
        assertThat(store.approve(id, List.of(), "anna")).isEmpty();
        assertThat(store.withdraw(propose(State.SHADOW, Duration.ofHours(1)), "balancer"))
                .isFalse();
    }

    @Test
    void twoWhoApproveAtOnceSubmitOnce() throws Exception {
        DecisionId id = propose(State.WAITING, Duration.ofHours(1));
        MigrationTask task = Samples.task(vm.id(), source, destination);
        run();
        var results = new ArrayList<Optional<List<SubmitResult>>>();
        try (var threads = Executors.newFixedThreadPool(2)) {
            Callable<Optional<List<SubmitResult>>> approval = () -> store.approve(id, List.of(List.of(task)), "anna");
            for (Future<Optional<List<SubmitResult>>> each : threads.invokeAll(List.of(approval, approval))) {
                results.add(each.get());
            }
        }

        assertThat(results.stream().filter(Optional::isPresent)).hasSize(1);
        assertThat(store.migration(task.id())).isPresent();
        assertThat(store.plan(id).orElseThrow().state()).isEqualTo(State.APPROVED);
        assertThat(store.plan(id).orElseThrow().closedBy()).isEqualTo("anna");
        assertThat(store.decision(id).orElseThrow().moves()).containsExactly(task.id());
        assertThat(store.reject(id, "bert")).isFalse();
    }

    @Test
    void whatGoesTogetherStandsOrFallsTogether() {
        run();
        VmDefinition alone = other();
        MigrationTask one = Samples.task(vm.id(), source, destination);
        MigrationTask lost = Samples.task(other().id(), destination, Samples.host("nowhere"));
        DecisionId id = propose(State.WAITING, Duration.ofHours(1));

        List<SubmitResult> none = store.submitTogether(List.of(one, lost), "balancer", id);
        assertThat(none).hasSize(2).allSatisfy(result -> assertThat(result).isInstanceOf(SubmitResult.Refused.class));
        assertThat(((SubmitResult.Refused) none.getFirst()).failure().message())
                .contains(lost.id().toString());
        assertThat(store.migration(one.id())).isEmpty();

        MigrationTask single = Samples.task(alone.id(), destination, source);
        List<SubmitResult> some = store.approve(id, List.of(List.of(one, lost), List.of(single)), "anna")
                .orElseThrow();
        assertThat(some.getLast()).isEqualTo(new SubmitResult.Submitted(single.id(), true));
        assertThat(store.migration(one.id())).isEmpty();
        assertThat(store.migration(single.id())).isPresent();
    }

    /** Runs at the destination. */
    private VmDefinition other() {
        VmDefinition other = Samples.definition();
        store.defineVm(other, destination);
        return other;
    }

    @Test
    void whatIsRejectedExpiredOrInShadowIsNotApproved() {
        MigrationTask task = Samples.task(vm.id(), source, destination);
        DecisionId rejected = propose(State.WAITING, Duration.ofHours(1));
        assertThat(store.reject(rejected, "anna")).isTrue();
        DecisionId expired = propose(State.WAITING, Duration.ofSeconds(-1));
        DecisionId shadow = propose(State.SHADOW, Duration.ofHours(1));

        for (DecisionId id : List.of(rejected, shadow)) {
            assertThat(store.approve(id, List.of(List.of(task)), "anna")).isEmpty();
        }
        assertThat(store.plan(rejected).orElseThrow().state()).isEqualTo(State.REJECTED);
        assertThat(store.plan(expired).orElseThrow().state()).isEqualTo(State.SUPERSEDED);
        DecisionId late = propose(State.WAITING, Duration.ofSeconds(-1));
        assertThat(store.plan(late).orElseThrow().state()).isEqualTo(State.EXPIRED);
        assertThat(store.approve(late, List.of(List.of(task)), "anna")).isEmpty();
        assertThat(store.migration(task.id())).isEmpty();
    }

    @Test
    void theModeIsOneForAll() {
        store.wantMode("recommend", "anna");
        assertThat(store.wantedMode().orElseThrow().mode()).isEqualTo("recommend");
        store.wantMode("shadow", "bert");
        assertThat(store.wantedMode().orElseThrow().setBy()).isEqualTo("bert");
        store.wantMode(null, "anna");
        assertThat(store.wantedMode()).isEmpty();
    }

    private void run() {
        VmRecord row = store.vm(vm.name()).orElseThrow();
        stores().worker(source).recordPower(vm.id(), row.epoch(), VmRecord.Power.RUNNING);
    }

    private PlannedMove move() {
        return new PlannedMove(vm.id(), vm.name(), source, destination, 7, "relief");
    }

    private DecisionId propose(State state, Duration lasts) {
        var id = new DecisionId(UUID.randomUUID());
        var decision = new Decision(id, now, "threshold", "Move one VM.", "snapshot", "[]", List.of(), null);
        store.propose(decision, state, List.of(move()), now.plus(lasts));
        return id;
    }
}
