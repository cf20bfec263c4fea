package io.drover.scheduler.balancing.drain;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.scheduler.Snapshots;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.cluster.SnapshotText;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What leaves a host in maintenance. */
class DrainTest {
    private static final String MAINTENANCE = " labels=drover.maintenance=always";

    private static Plan plan(String text) {
        return Drain.plan(SnapshotText.read(text));
    }

    private static String labelled(String text, String line) {
        return text.replaceAll("(?m)^(" + line + " .*)$", "$1" + MAINTENANCE);
    }

    private static List<String> moves(Plan plan) {
        return plan.moves().stream()
                .map(move -> move.vm().name() + " -> " + move.destination())
                .toList();
    }

    @Test
    void nobodyInMaintenanceNobodyLeaves() {
        assertThat(plan(Snapshots.text("one-overloaded")).moves()).isEmpty();
    }

    @Test
    void allLeaveAsFarAsTokensGo() {
        String text = labelled(Snapshots.text("one-overloaded"), "host id=h1");

        Plan plan = plan(text);

        assertThat(moves(plan)).containsExactlyInAnyOrder("web-1 -> h2", "web-2 -> h2");
        assertThat(plan.sentence()).contains("h1 is in maintenance; moving web-1");
        Plan one = plan(text.replace("per_source=2", "per_source=1"));
        assertThat(one.moves()).hasSize(1);
        assertThat(one.sentence()).doesNotContain("no host takes");
    }

    @Test
    void aStoppedVmLeavesLast() {
        String text = labelled(Snapshots.text("one-overloaded"), "host id=h1")
                .replaceAll("(name=web-1 owner=h1) running=true measured=true", "$1 running=false measured=false");

        assertThat(moves(plan(text))).first().asString().startsWith("web-2");
        assertThat(moves(plan(text))).last().asString().startsWith("web-1");
    }

    @Test
    void aVmThatIsNotToBeMovedStaysAndIsNamed() {
        String text = labelled(Snapshots.text("one-overloaded"), "host id=h1")
                .replaceAll("(?m)^(vm .* name=web-2 .*)$", "$1 labels=drover.exclude=true");

        Plan plan = plan(text);

        assertThat(moves(plan)).containsExactly("web-1 -> h2");
        assertThat(plan.sentence()).contains("no host takes web-2");
        assertThat(plan.refused()).extracting(Refusal::code).contains(Code.EXCLUDED);
    }

    @Test
    void aMoveThatFailedIsNotMadeAgainAtOnce() {
        String text = labelled(Snapshots.text("one-overloaded"), "host id=h1")
                + "ended vm=00000000-0000-4000-8000-000000000002 source=h1 destination=h2 state=rolled_back"
                + " at=2026-11-22T17:59:00Z\n";

        Plan plan = plan(text);

        assertThat(moves(plan)).containsExactly("web-1 -> h2");
        assertThat(plan.refused()).extracting(Refusal::code).contains(Code.COOL_DOWN);
        assertThat(moves(plan(text.replace("at=2026-11-22T17:59:00Z\n", "at=2026-11-22T17:50:00Z\n"))))
                .hasSize(2);
    }

    @Test
    void nobodyGoesToAnotherHostInMaintenance() {
        String text = Snapshots.text("one-overloaded").replaceAll("(?m)^(host id=h[12] .*)$", "$1" + MAINTENANCE);

        assertThat(moves(plan(text))).isNotEmpty().allMatch(move -> move.endsWith("-> h3"));
    }
}
