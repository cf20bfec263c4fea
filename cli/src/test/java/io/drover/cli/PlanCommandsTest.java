package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.messages.api.PlanDocument;
import io.drover.messages.api.PlanDocument.PlannedMove;
import io.drover.messages.api.PlanDocument.State;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PlanCommandsTest {
    private static final DecisionId ID = new DecisionId(new UUID(1, 2));

    private CannedScheduler scheduler;

    @BeforeEach
    void start() throws IOException {
        scheduler = new CannedScheduler();
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    private CommandRun drover(String... arguments) {
        return scheduler.drover(false, arguments);
    }

    @Test
    void listsWhatWaitsOrAll() {
        scheduler.answer(
                "GET /api/v1/plans",
                200,
                Answers.json(List.of(plan(ID, State.WAITING), plan(new DecisionId(new UUID(3, 4)), State.REJECTED))));

        CommandRun waiting = drover("plans");
        assertThat(waiting.exitCode()).as(waiting.err()).isZero();
        assertThat(waiting.out())
                .contains(ID + "  waiting  2026-11-22 13:00:00  1.50 GiB  web1 host1 to host2")
                .doesNotContain("rejected");
        assertThat(drover("plans", "--all").out()).contains("rejected");
    }

    @Test
    void saysThatNoneWaits() {
        scheduler.answer("GET /api/v1/plans", 200, Answers.json(List.of(plan(ID, State.EXPIRED))));
        assertThat(drover("plans").out()).isEqualToIgnoringNewLines("no plan waits");
    }

    @Test
    void approvesAndRejects() {
        scheduler.answer("POST /api/v1/plans/" + ID + "/approve", 200, Answers.json(plan(ID, State.APPROVED)));
        scheduler.answer("POST /api/v1/plans/" + ID + "/reject", 200, Answers.json(plan(ID, State.REJECTED)));
        assertThat(drover("approve", ID.toString()).out()).contains("approved").contains("web1 host1 to host2");
        assertThat(drover("reject", ID.toString()).out()).startsWith("rejected: web1");
        assertThat(drover("approve", "web1").exitCode()).isEqualTo(2);
    }

    @Test
    void showsWhyAPlanHoldsNoMore() {
        scheduler.answer(
                "POST /api/v1/plans/" + ID + "/approve",
                422,
                "{\"code\":\"rejected\",\"field\":\"plan\",\"message\":\"it does not hold any more: web1 is gone\"}");
        CommandRun run = drover("approve", ID.toString());
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains("it does not hold any more: web1 is gone");
    }

    @Test
    void showsSetsAndClearsTheMode() {
        scheduler.answer("GET /api/v1/balancer", 200, "{\"mode\":\"automatic\",\"configured\":\"automatic\"}");
        String set = "{\"mode\":\"shadow\",\"configured\":\"automatic\",\"set_by\":\"http\","
                + "\"set_at\":\"2026-11-22T12:00:00Z\"}";
        scheduler.answer("POST /api/v1/balancer", 200, set);
        assertThat(drover("mode").out()).isEqualToIgnoringNewLines("automatic, as configured");
        assertThat(drover("mode", "shadow").out())
                .isEqualToIgnoringNewLines("shadow, set 2026-11-22 12:00:00; configured is automatic");
        assertThat(drover("mode", "--clear").exitCode()).isZero();
        assertThat(scheduler.requests())
                .containsExactly(
                        "GET /api/v1/balancer",
                        "POST /api/v1/balancer {\"mode\":\"shadow\"}",
                        "POST /api/v1/balancer {}");
        assertThat(drover("mode", "auto").exitCode()).isEqualTo(2);
        assertThat(drover("mode", "off", "--clear").exitCode()).isEqualTo(2);
    }

    private static PlanDocument plan(DecisionId id, State state) {
        var move = new PlannedMove(
                new VmId(new UUID(0, 1)), "web1", new HostId("host1"), new HostId("host2"), 3L << 29, "relief");
        return new PlanDocument(
                id,
                CommandRun.NOW,
                "host1 is overloaded",
                state,
                List.of(move),
                CommandRun.NOW.plusSeconds(3600),
                null,
                null);
    }
}
