package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.DecisionDocument.RefusedAlternative;
import io.drover.messages.api.PlanDocument;
import io.drover.messages.api.PlanDocument.PlannedMove;
import io.drover.messages.api.PlanDocument.State;
import io.drover.messages.json.DroverJson;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.SnapshotText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ExplainCommandTest {
    private static final Path SNAPSHOT = Path.of("../scheduler/src/test/resources/snapshots/one-overloaded.txt");
    private static final DecisionId ID = new DecisionId(new UUID(1, 2));
    private static final String UNKNOWN = "{\"code\":\"unknown\",\"field\":\"id\",\"message\":\"no plan\"}";

    private CannedScheduler scheduler;

    @BeforeEach
    void start() throws IOException {
        scheduler = new CannedScheduler();
        scheduler.answer("GET /api/v1/plans/" + ID, 404, UNKNOWN);
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private CommandRun explain(DecisionDocument decision) {
        scheduler.answer("GET /api/v1/decisions/" + ID, 200, Answers.json(decision));
        return CommandRun.of(false, "explain", ID.toString(), "--scheduler", scheduler.address());
    }

    @Test
    void saysWhatWasSeenDecidedAndRefusedAndWhatCameOfIt() throws IOException {
        var ended = Answers.detail(Answers.migration(MigrationState.ROLLED_BACK, 2, 10, 10, "the link broke"));
        scheduler.answer("GET /api/v1/migrations/" + Answers.MIGRATION, 200, Answers.json(ended));
        DecisionDocument decision = decided(List.of(Answers.MIGRATION));

        CommandRun run = explain(decision);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("decided\n  " + decision.sentence())
                .contains("seen\n  hosts 3, VMs 3, migrations under way 0\n  h1: CPU ")
                .contains("of 1.50 cores, memory ")
                .contains("what came of it\n  migration " + Answers.MIGRATION
                        + ": web1 stays on host1, rolled back: the link broke");
        assertThat(run.out())
                .contains(decision.refused().stream()
                        .map(RefusedAlternative::reason)
                        .toList());
        assertThat(run.out())
                .doesNotContain("were not stored")
                .contains("  findings\n")
                .contains("copy seconds");
    }

    @Test
    void saysWhatBecameOfAPlan() throws IOException {
        DecisionDocument decision = decided(List.of());
        var move = new PlannedMove(
                new VmId(new UUID(0, 2)), "web-2", new HostId("h1"), new HostId("h2"), 3L << 29, "relief");
        var plan = new PlanDocument(
                ID,
                decision.at(),
                decision.sentence(),
                State.REJECTED,
                List.of(move),
                CommandRun.NOW,
                "anna",
                CommandRun.NOW);
        scheduler.close();
        scheduler = new CannedScheduler();
        scheduler.answer("GET /api/v1/plans/" + ID, 200, Answers.json(plan));

        String out = explain(decision).out();

        assertThat(out)
                .contains("its plan is rejected by anna")
                .contains("not posted: web-2 from h1 to h2, 1.50 GiB")
                .doesNotContain("nothing was moved");
    }

    @Test
    void readsWhatAnotherVersionStored() {
        MigrationId gone = new MigrationId(new UUID(3, 3));
        scheduler.answer("GET /api/v1/migrations/" + gone, 404, UNKNOWN);
        var decision = new DecisionDocument(
                ID,
                CommandRun.NOW,
                "dice",
                "Move one VM.",
                "drover-snapshot 99\n",
                List.of(new RefusedAlternative("too_heavy", "web1", null, "heavy")),
                List.of(gone),
                null);

        CommandRun run = explain(decision);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("a snapshot that this version of drover cannot read")
                .contains("its numbers were not stored")
                .contains("  too heavy\n    web1: heavy")
                .contains("refused when they were posted: 1");
    }

    @Test
    void anUnknownDecisionIsExit3() {
        scheduler.answer("GET /api/v1/decisions/" + ID, 404, UNKNOWN);
        assertThat(CommandRun.of(false, "explain", ID.toString(), "--scheduler", scheduler.address())
                        .exitCode())
                .isEqualTo(3);
    }

    private static DecisionDocument decided(List<MigrationId> moves) throws IOException {
        String text = Files.readString(SNAPSHOT);
        var snapshot = SnapshotText.read(text);
        var strategy = BalancingStrategies.named(BalancingStrategies.names().getFirst());
        var plan = MoveGuard.balancing().check(snapshot, strategy.plan(snapshot));
        return new DecisionDocument(
                ID,
                snapshot.at(),
                strategy.name(),
                plan.sentence(),
                text,
                plan.refused().stream()
                        .map(refusal -> new RefusedAlternative(
                                refusal.code().name().toLowerCase(Locale.ROOT),
                                refusal.vm(),
                                refusal.host(),
                                refusal.reason()))
                        .toList(),
                moves,
                DroverJson.mapper().writeValueAsString(Map.of("findings", plan.findings())));
    }
}
