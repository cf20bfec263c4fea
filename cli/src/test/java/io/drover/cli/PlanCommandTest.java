package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.json.DroverJson;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.SnapshotText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Nothing answers here: a plan is made from the file alone. */
final class PlanCommandTest {
    private static final Path SNAPSHOT = Path.of("../scheduler/src/test/resources/snapshots/one-overloaded.txt");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void decidesAsTheSchedulerWould() throws IOException {
        ClusterSnapshot snapshot = SnapshotText.read(Files.readString(SNAPSHOT));
        var strategy = BalancingStrategies.named(BalancingStrategies.names().getFirst());
        var expected = MoveGuard.balancing().check(snapshot, strategy.plan(snapshot));

        CommandRun run = CommandRun.of(false, "plan", SNAPSHOT.toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("snapshot of 2026-11-22 18:00:00: hosts 3, VMs 3, migrations under way 0")
                .contains(expected.sentence())
                .containsPattern("web-2 +h1 +h2 +");
        expected.refused().forEach(refusal -> assertThat(run.out()).contains(": " + refusal.reason()));
        assertThat(CommandRun.of(false, "plan", SNAPSHOT.toString()).out()).isEqualTo(run.out());
    }

    @Test
    void asJson() {
        CommandRun run = CommandRun.of(false, "plan", SNAPSHOT.toString(), "--json");

        JsonNode plan = DroverJson.mapper().readTree(run.out());
        assertThat(plan.at("/moves/0/vm").stringValue()).isEqualTo("web-2");
        assertThat(plan.at("/moves/0/destination").stringValue()).isEqualTo("h2");
        assertThat(plan.at("/moves/0/bytes").longValue()).isPositive();
        assertThat(plan.get("refused")).isNotEmpty();
    }

    @Test
    void saysWhatWouldBeIfAHostWereLoadedLess() throws IOException {
        String calmer = Files.readString(SNAPSHOT).replaceAll("Z/[0-9.]+/", "Z/0.1/");

        CommandRun run = CommandRun.of(false, "plan", written(calmer).toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("\nno move\n");
    }

    @Test
    void namesFileAndLineOfWhatIsWrong() throws IOException {
        String text = Files.readString(SNAPSHOT);
        refuses(text.replace("owner=h3", "owner=h9"), "line 8: owner: there is no host h9");
        refuses(text.replace("high=0.8", "high=0,8"), "line 3: ");
        refuses("not a snapshot\n", "line 1: not 'drover-snapshot 1'");
        refuses("", "no line 'at'");
    }

    @Test
    void refusesWhatIsNoTextOrNotThere() throws IOException {
        Path binary = Files.write(folder.resolve("binary"), "\u00ff\u00fe".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(CommandRun.of(false, "plan", binary.toString()).err())
                .contains("cannot read " + binary + ": is not UTF-8");
        CommandRun missing = CommandRun.of(false, "plan", folder.resolve("none").toString());
        assertThat(missing.exitCode()).isEqualTo(2);
        assertThat(missing.err()).endsWith("none: no such file\n");
        CommandRun unknown = CommandRun.of(false, "plan", SNAPSHOT.toString(), "--strategy", "dice");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("--strategy: unknown 'dice'; known are");
    }

    private void refuses(String text, String why) throws IOException {
        Path file = written(text);
        CommandRun run = CommandRun.of(false, "plan", file.toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("drover: " + file + ", " + why);
        assertThat(run.out()).isEmpty();
    }

    private Path written(String text) throws IOException {
        return Files.writeString(folder.resolve("snapshot.txt"), text);
    }
}
