package io.drover.scheduler.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.HostDocument;
import io.drover.messages.api.LinkLimitDocument;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.api.PlanDocument;
import io.drover.messages.api.TroubleDocument;
import io.drover.messages.api.VmDocument;
import io.drover.messages.json.DroverJson;
import io.drover.schema.record.Trouble;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.MigrationOverride;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.LinkLimit;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import io.drover.schema.scheduler.SchedulerStore.Step;
import io.drover.schema.scheduler.SchedulerStore.Transition;
import io.drover.schema.scheduler.SchedulerStore.WorkerSession;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.schema.scheduler.StoredPlan.PlannedMove;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the store holds becomes the documents of the golden files, in which no value stands twice where it could be
 * mistaken.
 */
class DocumentMappingTest {
    private static final Path GOLDEN = Path.of("../messages/src/test/resources/golden-api");

    @Test
    void aHost() throws Exception {
        HostDocument host = golden(HostDocument.class);
        HostDocument.Session session = Objects.requireNonNull(host.session());
        assertThat(FleetDocuments.host(new HostRow(
                        host.id(),
                        host.peerAddress(),
                        host.hypervisor(),
                        host.cpuCores(),
                        host.memoryBytes(),
                        host.imagesBytes(),
                        host.imagesFreeBytes(),
                        host.linkBytesPerSecond(),
                        host.lastSeen(),
                        host.reservedMemoryBytes(),
                        host.reservedImageBytes(),
                        host.brokerTrouble(),
                        host.droverVersion(),
                        new WorkerSession(
                                session.machineId(), session.bootId(), session.stateFolder(), session.since()))))
                .isEqualTo(host);
    }

    @Test
    void aLimit() throws Exception {
        LinkLimitDocument limit = golden(LinkLimitDocument.class);
        assertThat(FleetDocuments.limit(
                        new LinkLimit(limit.host(), limit.linkBytesPerSecond(), limit.limitBytesPerSecond())))
                .isEqualTo(limit);
    }

    @ParameterizedTest
    @EnumSource
    void aVm(VmDocument.Power power) throws Exception {
        VmDocument vm = golden(VmDocument.class);
        var row = new VmRecord(
                vm.definition(),
                vm.owner(),
                vm.epoch(),
                VmRecord.Power.valueOf(power.name()),
                VmRecord.Power.valueOf(vm.wantedPower().name()),
                trouble(vm.trouble()));
        assertThat(FleetDocuments.vm(row, vm.ownerSeen()))
                .isEqualTo(new VmDocument(
                        vm.definition(),
                        vm.owner(),
                        vm.epoch(),
                        power,
                        vm.wantedPower(),
                        vm.trouble(),
                        vm.ownerSeen()));
    }

    @Test
    void aMigration() throws Exception {
        MigrationDocument migration = golden(MigrationDocument.class);
        MigrationDocument.Transition transition = migration.transitions().getFirst();
        MigrationDocument.Step step = migration.steps().getFirst();
        MigrationDocument.Overridden override = Objects.requireNonNull(migration.override());
        var row = new MigrationDetail(
                view(migration.migration()),
                List.of(new Transition(
                        transition.from(),
                        transition.to(),
                        transition.at(),
                        transition.attempt(),
                        transition.actor(),
                        transition.reason())),
                List.of(new Step(
                        step.name(),
                        step.attempt(),
                        step.intendedAt(),
                        step.doneAt(),
                        step.undoneAt(),
                        step.evidence())),
                new MigrationOverride(override.by(), override.reason(), override.rules()));
        assertThat(MigrationDocuments.migration(row)).isEqualTo(migration);
    }

    private static MigrationView view(MigrationSummary migration) {
        return new MigrationView(
                migration.task(),
                migration.vmName(),
                migration.state(),
                migration.attempt(),
                migration.cancelRequested(),
                migration.step(),
                migration.round(),
                migration.bytesDone(),
                migration.bytesTotal(),
                migration.bytesPerSecond(),
                migration.timeToFinish(),
                migration.createdAt(),
                migration.endedAt(),
                migration.leaseUntil(),
                migration.reason(),
                migration.dirtyBytesPerSecond(),
                migration.timeToFinishMost(),
                migration.decision(),
                trouble(migration.trouble()));
    }

    private static @Nullable Trouble trouble(@Nullable TroubleDocument trouble) {
        return trouble == null ? null : new Trouble(trouble.reason(), trouble.since());
    }

    @Test
    void aDecision() throws Exception {
        DecisionDocument decision = golden(DecisionDocument.class);
        assertThat(BalancerDocuments.decision(
                        row(decision, DroverJson.mapper().writeValueAsString(decision.refused()))))
                .isEqualTo(decision);
    }

    @Test
    void aDecisionOfALaterVersion() throws Exception {
        DecisionDocument decision = golden(DecisionDocument.class);
        String refused = "[{\"code\":\"too_dear\",\"reason\":\"3 of 2\",\"weight\":3}]";
        assertThat(BalancerDocuments.decision(row(decision, refused)).refused())
                .containsExactly(new DecisionDocument.RefusedAlternative("too_dear", null, null, "3 of 2"));
    }

    private static Decision row(DecisionDocument decision, String refused) {
        return new Decision(
                decision.id(),
                decision.at(),
                decision.strategy(),
                decision.sentence(),
                decision.inputs(),
                refused,
                decision.moves(),
                decision.considered());
    }

    @ParameterizedTest
    @EnumSource
    void aPlan(PlanDocument.State state) throws Exception {
        PlanDocument plan = golden(PlanDocument.class);
        PlanDocument.PlannedMove move = plan.moves().getFirst();
        var row = new StoredPlan(
                plan.decision(),
                plan.at(),
                plan.sentence(),
                StoredPlan.State.valueOf(state.name()),
                List.of(new PlannedMove(
                        move.vm(), move.name(), move.source(), move.destination(), move.bytes(), move.reason())),
                plan.expiresAt(),
                plan.closedBy(),
                plan.closedAt());
        assertThat(BalancerDocuments.plan(row))
                .isEqualTo(new PlanDocument(
                        plan.decision(),
                        plan.at(),
                        plan.sentence(),
                        state,
                        plan.moves(),
                        plan.expiresAt(),
                        plan.closedBy(),
                        plan.closedAt()));
    }

    private static <T> T golden(Class<T> type) throws Exception {
        String text = Files.readString(GOLDEN.resolve(type.getSimpleName() + ".json"));
        return DroverJson.strict().readValue(text, type);
    }
}
