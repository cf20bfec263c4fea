package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.memory.VmRow;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.schema.scheduler.StoredPlan.State;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a decision that the balancer does not carry out by itself; h1 is overloaded, web-2 should go to h2.
 */
class PlansTest {
    private final Core core = new Core();
    private int looks;

    @Test
    void offLooksAtNothing() {
        overload("off");

        assertThat(core.balancer.balance(new DecisionId(new UUID(9, 1)))).isEmpty();

        assertThat(core.decisions()).isEmpty();
    }

    @Test
    void shadowRecordsAndPostsNothing() {
        overload("shadow");

        look();

        assertThat(newest().state()).isEqualTo(State.SHADOW);
        assertThat(newest().sentence()).startsWith("h1 is overloaded");
        assertThat(newest().moves()).hasSize(1);
        assertThat(newest().moves().getFirst().vm()).isEqualTo(FakeFleet.WEB_2);
        assertThat(core.decisions().getFirst().moves()).isEmpty();
        assertThat(core.migrations()).isEmpty();
        refuses(newest().decision(), "is shadow");
    }

    @Test
    void aRecommendedPlanIsPostedWhenApproved() throws RefusedException {
        overload("recommend");
        look();
        DecisionId id = newest().decision();
        assertThat(newest().state()).isEqualTo(State.WAITING);
        assertThat(core.migrations()).isEmpty();

        StoredPlan approved = core.plans.approve(id, "anna");

        assertThat(approved.state()).isEqualTo(State.APPROVED);
        assertThat(core.migrations()).hasSize(1);
        MigrationTask task = core.migrations().getFirst().task();
        assertThat(task.vm()).isEqualTo(FakeFleet.WEB_2);
        assertThat(task.destination()).isEqualTo(FakeFleet.H2);
        assertThat(core.requester(task.id())).isEqualTo("anna");
        assertThat(core.plans.approve(id, "bert").closedBy()).isEqualTo("anna");
        assertThat(core.migrations()).hasSize(1);
    }

    @Test
    void theSamePlanIsProposedOnceUntilItExpires() {
        overload("recommend");
        look();
        DecisionId first = newest().decision();
        look();
        look();
        assertThat(core.decisions()).hasSize(1);

        core.clock.advance(Duration.ofMinutes(61));
        FakeFleet.overload(core.store, core.clock.now(), 4);
        look();

        assertThat(newest().decision()).isNotEqualTo(first);
        assertThat(core.store.plan(first).orElseThrow().state()).isEqualTo(State.SUPERSEDED);
    }

    @Test
    void aPlanIsWithdrawnWhenTheHostIsCalmAndProposedAgainWhenItIsNot() {
        overload("recommend");
        look();
        DecisionId first = newest().decision();
        core.clock.advance(Duration.ofMinutes(2));
        look();
        assertThat(newest().state()).as("nobody is heard").isEqualTo(State.WAITING);
        for (int i = 4; i > 0; i--) {
            FakeFleet.reports(core.clock.now().minusSeconds(5L * i - 4), 0.1, 0.1, 0.1)
                    .forEach(core.store::storeReport);
        }
        look();
        assertThat(core.store.plan(first).orElseThrow().state()).isEqualTo(State.SUPERSEDED);
        assertThat(core.store.plan(first).orElseThrow().closedBy()).isEqualTo("balancer");
        refuses(first, "is superseded");

        core.clock.advance(Duration.ofMinutes(2));
        FakeFleet.overload(core.store, core.clock.now(), 4);
        look();
        assertThat(newest().state()).isEqualTo(State.WAITING);
        assertThat(newest().decision()).isNotEqualTo(first);
    }

    @Test
    void aRejectedPlanIsNotProposedAgainAtOnce() throws RefusedException {
        overload("recommend");
        look();
        DecisionId id = newest().decision();

        assertThat(core.plans.reject(id, "anna").state()).isEqualTo(State.REJECTED);
        look();

        assertThat(core.store.plans(100)).hasSize(1);
        refuses(id, "is rejected");
        assertThat(core.migrations()).isEmpty();
    }

    @Test
    void whatDoesNotHoldAnyMoreIsRefusedWithTheReasonAndGoesOnWaiting() {
        overload("recommend");
        look();
        DecisionId id = newest().decision();
        var other = new MigrationTask(
                new MigrationId(new UUID(1, 1)),
                FakeFleet.WEB_2,
                FakeFleet.H1,
                FakeFleet.H3,
                "pre-copy",
                Map.of(),
                null,
                "mine");
        FakeFleet.put(core.database, other, MigrationState.REPLICATING, core.clock.now(), null);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> core.plans.approve(id, "anna"))
                .satisfies(e -> assertThat(e.field()).isEqualTo("plan"))
                .withMessageContaining("does not hold any more: web-2 is being migrated to h3");
        assertThat(newest().state()).isEqualTo(State.WAITING);
        assertThat(core.migrations()).hasSize(1);
    }

    @Test
    void aVmThatSomebodyElseMovedIsNotMovedFromWhereItIsNot() {
        overload("recommend");
        look();
        VmRow row = Objects.requireNonNull(core.database.vms().get(FakeFleet.WEB_2));
        row.owner = FakeFleet.H3;
        row.epoch = 2;

        refuses(newest().decision(), "web-2 is on h3 now, not on h1");
        assertThat(core.migrations()).isEmpty();
    }

    @Test
    void staleTelemetryApprovesNothing() {
        overload("recommend");
        look();
        core.clock.advance(Duration.ofMinutes(10));

        refuses(newest().decision(), "does not hold any more");
        assertThat(core.migrations()).isEmpty();
    }

    @Test
    void anOperatorsModeGoesBeforeTheConfiguredOne() {
        overload("shadow");
        assertThat(core.balancer.mode()).isEqualTo(BalancerMode.SHADOW);
        assertThat(core.balancer.configuredMode()).isEqualTo(BalancerMode.AUTOMATIC);
        look();
        assertThat(core.migrations()).isEmpty();

        core.store.wantMode(null, "anna");
        look();

        assertThat(core.migrations()).hasSize(1);
    }

    @Test
    void anUnknownPlanIsNamed() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> core.plans.reject(new DecisionId(new UUID(5, 5)), "anna"))
                .withMessageContaining("no plan");
    }

    private void overload(String mode) {
        core.store.wantMode(mode, "anna");
        FakeFleet.overload(core.store, core.clock.now(), 4);
    }

    private StoredPlan newest() {
        return core.store.plans(1).getFirst();
    }

    private void refuses(DecisionId id, String why) {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> core.plans.approve(id, "anna"))
                .withMessageContaining(why);
    }

    private void look() {
        assertThat(core.balancer.balance(new DecisionId(new UUID(9, looks++)))).isPresent();
    }
}
