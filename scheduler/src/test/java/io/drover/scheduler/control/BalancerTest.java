package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DecisionId;
import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.SnapshotText;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BalancerTest {
    private final Core core = new Core();
    private int looks;

    @Test
    void relievesAnOverloadedHostAndStoresWhy() {
        FakeFleet.overload(core.store, core.clock.now(), 4);

        look();

        Decision decision = core.decisions().getFirst();
        assertThat(decision.sentence())
                .startsWith("h1 is overloaded: CPU 1.40 of 1.50 cores (93 %) in 4 of the last 4 samples, over 80 %; "
                        + "moving web-2 (1.1 GiB) to h2 brings it to 47 %");
        assertThat(decision.refused()).contains("\"vm\":\"web-1\"").contains("2.3 GiB");
        MigrationTask task = core.task(decision.moves().getFirst());
        assertThat(task.vm()).isEqualTo(FakeFleet.WEB_2);
        assertThat(task.destination()).isEqualTo(FakeFleet.H2);
        assertThat(task.algorithm()).isEqualTo("pre-copy");
        assertThat(task.deadline()).isEqualTo(core.clock.now().plus(Duration.ofHours(1)));
        assertThat(task.reason()).startsWith("h1 is overloaded");
    }

    @Test
    void whatIsStoredCanBeReplayed() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
        look();
        Decision decision = core.decisions().getFirst();

        var replayed = BalancingStrategies.named(decision.strategy()).plan(SnapshotText.read(decision.inputs()));

        assertThat(replayed.sentence()).isEqualTo(decision.sentence());
        assertThat(SnapshotText.write(SnapshotText.read(decision.inputs()))).isEqualTo(decision.inputs());
    }

    @Test
    void aHostInMaintenanceIsEmptiedEvenWhenTheBalancerIsOff() {
        FakeFleet.reports(core.clock.now(), 0.2, 0.2, 0.3).forEach(core.store::storeReport);
        core.store.wantMode("off", "anna");
        maintain();

        assertThat(core.balancer.balance(new DecisionId(new UUID(8, 1)))).isEmpty();
        assertThat(core.balancer.balance(new DecisionId(new UUID(8, 1)))).isEmpty();

        assertThat(core.decisions()).hasSize(1);
        assertThat(core.decisions().getLast().strategy()).isEqualTo("drain");
        assertThat(core.decisions().getLast().sentence()).contains("h1 is in maintenance; moving web-");
        assertThat(core.migrations()).isNotEmpty();
    }

    @Test
    void whyAHostCannotBeEmptiedIsOnRecordOnce() {
        core.store.wantMode("off", "anna");
        maintain();

        core.balancer.balance(new DecisionId(new UUID(8, 1)));
        core.balancer.balance(new DecisionId(new UUID(8, 2)));

        assertThat(core.decisions()).hasSize(1);
        assertThat(core.decisions().getFirst().sentence()).contains("h1 is in maintenance; no host takes web-");
    }

    @Test
    void movesThatTheDatabaseRefusesAreNotAskedForAtEveryLook() {
        FakeFleet.reports(core.clock.now(), 0.2, 0.2, 0.3).forEach(core.store::storeReport);
        core.store.wantMode("off", "anna");
        core.line.refuseSubmissions = new Failure(Failure.Kind.HOST, "no memory left");
        maintain();

        core.balancer.balance(new DecisionId(new UUID(8, 1)));
        core.balancer.balance(new DecisionId(new UUID(8, 2)));

        assertThat(core.decisions()).hasSize(1);
    }

    private void maintain() {
        assertThat(core.store.relabel(FakeFleet.H1, Map.of(), Map.of("drover.maintenance", "always")))
                .isTrue();
    }

    @Test
    void theSameLookTakenAgainDoesNothing() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
        DecisionId id = new DecisionId(new UUID(7, 7));

        assertThat(core.balancer.balance(id)).isPresent();
        assertThat(core.balancer.balance(id)).isEmpty();

        assertThat(core.migrations()).hasSize(1);
    }

    @Test
    void anUnchangedReasonIsStoredOnce() {
        look();
        assertThat(core.decisions()).hasSize(1);
        assertThat(core.decisions().getFirst().sentence()).contains("no recent telemetry from h1, h2, h3");

        look();
        look();
        assertThat(core.decisions()).hasSize(1);

        FakeFleet.reports(core.clock.now(), 0.2, 0.2, 0.3).forEach(core.store::storeReport);
        look();
        assertThat(core.decisions()).hasSize(2);
        // Other numbers, the same reason.
        FakeFleet.reports(core.clock.now(), 0.3, 0.2, 0.4).forEach(core.store::storeReport);
        look();
        assertThat(core.decisions()).hasSize(2);
    }

    @Test
    void waitingForAMoveUnderWayIsOneMoreRow() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
        look();
        look();
        look();

        assertThat(core.decisions()).hasSize(2);
        assertThat(core.decisions().getLast().sentence()).contains("the migrations under way bring it to 47 %");
        assertThat(core.migrations()).hasSize(1);
    }

    @Test
    void samplesFromBeforeACompletedMoveCountNoMore() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
        var task = new MigrationTask(
                new MigrationId(new UUID(1, 1)),
                FakeFleet.WEB_2,
                FakeFleet.H1,
                FakeFleet.H2,
                "pre-copy",
                Map.of(),
                null,
                "relief");
        FakeFleet.put(
                core.database, task, MigrationState.COMPLETED, core.clock.now().minusSeconds(60), core.clock.now());

        var snapshot = core.snapshots.build(core.clock.now());

        assertThat(snapshot.host(FakeFleet.H1).orElseThrow().samples()).isEmpty();
        assertThat(snapshot.host(FakeFleet.H3).orElseThrow().samples()).hasSize(4);
        assertThat(snapshot.ended()).hasSize(1);
    }

    @Test
    void aVmThatSomebodyElseMovedIsLeftAloneForAnHour() {
        var task = new MigrationTask(
                new MigrationId(new UUID(1, 1)),
                FakeFleet.WEB_2,
                FakeFleet.H2,
                FakeFleet.H1,
                "pre-copy",
                Map.of(),
                null,
                "by hand");
        FakeFleet.put(
                core.database,
                task,
                MigrationState.COMPLETED,
                core.clock.now().minusSeconds(700),
                core.clock.now().minusSeconds(600));
        FakeFleet.overload(core.store, core.clock.now(), 4);

        look();

        Decision decision = core.decisions().getFirst();
        assertThat(decision.refused()).contains("foreign_mover").contains("somebody else moves web-2");
        assertThat(decision.moves())
                .allSatisfy(move -> assertThat(core.task(move).vm()).isNotEqualTo(FakeFleet.WEB_2));
    }

    @Test
    void aMoveTheDatabaseRefusesLeavesTheDecisionOnRecord() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
        core.line.refuseSubmissions = new Failure(Failure.Kind.HOST, "no memory left");

        look();

        assertThat(core.migrations()).isEmpty();
        assertThat(core.decisions()).hasSize(1);
        assertThat(core.meters.counter("drover.migrations.refused").count()).isEqualTo(1);
    }

    @Test
    void aLostDatabaseIsTheCallersToHandle() {
        core.line.available = false;

        assertThatThrownBy(this::look).isInstanceOf(StoreUnavailableException.class);
    }

    /** A second after the last one: decisions are told apart by their time. */
    private void look() {
        core.clock.advance(Duration.ofSeconds(1));
        var ignored = core.balancer.balance(new DecisionId(new UUID(9, looks++)));
        assertThat(ignored).isPresent();
    }
}
