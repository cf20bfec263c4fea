package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.MigrationState;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.api.VmDocument;
import io.drover.messages.api.VmDocument.Power;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OperatorCommandsTest {
    private static final String MIGRATION_PATH = "/api/v1/migrations/" + Answers.MIGRATION;

    private static final String NO_LABELS = "{\"hosts\":{},\"vms\":{}}";

    @TempDir
    private Path folder = Path.of("");

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
    void hostsAsTable() throws IOException {
        scheduler.answer("GET /api/v1/hosts", 200, Answers.json(Answers.hosts()));
        scheduler.answer(
                "GET /api/v1/labels", 200, "{\"hosts\":{\"host2\":{\"drover.maintenance\":\"always\"}},\"vms\":{}}");
        CommandRun run = drover("hosts");
        assertThat(run.exitCode()).as(run.err()).isZero();
        run.outIsGolden("hosts");
    }

    @Test
    void hostsBeforeAnyRegistered() {
        scheduler.answer("GET /api/v1/hosts", 200, "[]");
        scheduler.answer("GET /api/v1/labels", 200, NO_LABELS);
        assertThat(drover("hosts").out()).isEqualToIgnoringNewLines("no host has registered yet");
    }

    @Test
    void jsonIsWhatTheApiSaid() {
        scheduler.answer("GET /api/v1/hosts", 200, "[{\"id\":\"host1\",\"something_new\":1}]");
        CommandRun run = drover("hosts", "--json");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("\"something_new\" : 1");
    }

    @Test
    void limitsAsTable() {
        scheduler.answer("GET /api/v1/limits", 200, """
            [{"host":"host1","link_bytes_per_second":125000000,"limit_bytes_per_second":25000000},
             {"host":"host2","link_bytes_per_second":125000000}]
            """);
        assertThat(drover("limit").out())
                .contains("host1")
                .contains("119 MiB/s")
                .contains("23.8 MiB/s")
                .contains("host2");
        assertThat(drover("limit", "host2").out()).contains("host2").doesNotContain("host1");
        assertThat(drover("limit", "host9").exitCode()).isEqualTo(3);
    }

    @Test
    void aLimitIsSetInBytesWhateverItsUnit() {
        String path = "POST /api/v1/hosts/host1/limit";
        scheduler.answer(
                path,
                202,
                "{\"host\":\"host1\",\"link_bytes_per_second\":125000000,\"limit_bytes_per_second\":25000000}");
        assertThat(drover("limit", "host1", "200Mbit").exitCode()).isZero();
        assertThat(drover("limit", "host1", "25MB").exitCode()).isZero();
        assertThat(drover("limit", "host1", "--clear").exitCode()).isZero();
        assertThat(scheduler.requests())
                .containsExactly(
                        path + " {\"bytes_per_second\":25000000}",
                        path + " {\"bytes_per_second\":25000000}",
                        path + " {}");
        assertThat(drover("limit", "host1", "fast").exitCode()).isEqualTo(2);
        assertThat(drover("limit", "--clear").exitCode()).isEqualTo(2);
    }

    @Test
    void aTakeoverNamesItsReasonAndWhoHadTheHost() {
        scheduler.answer(
                "POST /api/v1/hosts/host1/takeover", 200, "{\"host\":\"host1\",\"taken_from\":\"the worker at h1\"}");
        assertThat(drover("host", "takeover", "host1", "--reason", "new mainboard")
                        .out())
                .isEqualTo("host1 is taken from the worker at h1; the next worker that starts may speak for it\n");
        assertThat(scheduler.requests().getFirst()).contains("\"reason\":\"new mainboard\"", "\"by\":");
        assertThat(drover("host", "takeover", "host1").exitCode()).isEqualTo(2);
    }

    @Test
    void vmsAsTable() throws IOException {
        scheduler.answer("GET /api/v1/vms", 200, Answers.json(List.of(Answers.vm(Power.RUNNING, Power.STOPPED))));
        String id = Answers.vm(Power.RUNNING, Power.STOPPED).definition().id().toString();
        scheduler.answer(
                "GET /api/v1/labels",
                200,
                "{\"hosts\":{},\"vms\":{\"" + id + "\":{\"team\":\"shop\",\"drover.exclude\":\"true\"}}}");
        CommandRun run = drover("vms");
        assertThat(run.exitCode()).as(run.err()).isZero();
        run.outIsGolden("vms");
    }

    @Test
    void migrationsAsTable() throws IOException {
        scheduler.answer(
                "GET /api/v1/migrations",
                200,
                Answers.json(List.of(
                        Answers.migration(MigrationState.REPLICATING, 2, 1200, 1500),
                        Answers.migration(MigrationState.COMPLETED, 3, 1500, 1500))));
        CommandRun run = drover("migrations");
        assertThat(run.exitCode()).as(run.err()).isZero();
        run.outIsGolden("migrations");
    }

    @Test
    void openMigrationsAreAskedForAsSuch() {
        scheduler.answer("GET /api/v1/migrations?open=true", 200, "[]");
        assertThat(drover("migrations", "--open").out()).isEqualToIgnoringNewLines("no migration is open");
    }

    @Test
    void oneMigrationWithTransitionsAndSteps() throws IOException {
        scheduler.answer(
                "GET " + MIGRATION_PATH,
                200,
                Answers.json(Answers.detail(Answers.migration(MigrationState.REPLICATING, 2, 1200, 1500))));
        CommandRun run = drover("migrations", Answers.MIGRATION.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        run.outIsGolden("migration");
    }

    @Test
    void decisionsAsTableAndOne() throws IOException {
        scheduler.answer("GET /api/v1/decisions", 200, Answers.json(List.of(Answers.decision())));
        scheduler.answer("GET /api/v1/decisions/" + Answers.decision().id(), 200, Answers.json(Answers.decision()));
        drover("decisions").outIsGolden("decisions");
        drover("decisions", Answers.decision().id().toString()).outIsGolden("decision");
    }

    @Test
    void writesWhatADecisionWasMadeFrom() throws IOException {
        scheduler.answer("GET /api/v1/decisions/" + Answers.decision().id(), 200, Answers.json(Answers.decision()));
        Path file = folder.resolve("odd.txt");
        String id = Answers.decision().id().toString();
        CommandRun run = drover("decisions", id, "--snapshot", file.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(file).hasContent(Answers.decision().inputs());
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
        Path nowhere = folder.resolve("none/odd.txt");
        assertThat(drover("decisions", id, "--snapshot", nowhere.toString()).exitCode())
                .isEqualTo(2);
        assertThat(drover("decisions", "--snapshot", file.toString()).exitCode())
                .isEqualTo(2);
    }

    @Test
    void migrateSendsWhatWasAskedForAndSaysHowToFollow() {
        scheduler.answer("POST /api/v1/migrations", 202, Answers.json(Answers.submitted()));
        CommandRun run =
                drover("migrate", "web1", "--to", "host2", "--algorithm", "pre-copy", "--disk", "swap=stop-and-copy");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("migration " + Answers.MIGRATION + " of web1 is queued");
        assertThat(scheduler.requests())
                .containsExactly("POST /api/v1/migrations {\"vm\":\"web1\",\"destination\":\"host2\","
                        + "\"algorithm\":\"pre-copy\",\"disk_algorithms\":{\"swap\":\"stop-and-copy\"}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "migrate web1 --to H_3 | 'H_3' is not a host's name",
                "migrate web1 --disk Swap=auto | 'Swap' is not a disk's name",
                "migrate web1 --base-image ../passwd | '../passwd' is not a plain file name",
                "migrate web1 --verify never | 'never' is neither read-back nor full",
                "migrate web1 --to h2 --force --reason= | reason: must be a line",
                "host takeover host1 --reason= | --reason: must say why"
            },
            quoteCharacter = '"')
    void whatCanBeNoNameIsRefusedBeforeAnybodyIsAsked(String command, String says) {
        CommandRun run = drover(command.split(" "));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(says);
        assertThat(scheduler.requests()).isEmpty();
    }

    private void prepareMigration(MigrationState end, String reason) {
        scheduler.answer("POST /api/v1/migrations", 202, Answers.json(Answers.submitted()));
        var states = List.of(
                Answers.migration(MigrationState.QUEUED, 0, 0, 0),
                Answers.migration(MigrationState.REPLICATING, 0, 300, 1200),
                Answers.migration(MigrationState.REPLICATING, 0, 300, 1200),
                Answers.migration(MigrationState.REPLICATING, 1, 1210, 1250),
                Answers.migration(end, 2, 1260, 1260, reason.isEmpty() ? null : reason));
        states.forEach(view -> scheduler.answer("GET " + MIGRATION_PATH, 200, Answers.json(Answers.detail(view))));
    }

    @Test
    void waitingPrintsALineForEachChangeWhereNobodyLooks() throws IOException {
        prepareMigration(MigrationState.COMPLETED, "");
        CommandRun run = drover("migrate", "web1", "--wait");
        assertThat(run.exitCode()).as(run.err()).isZero();
        run.outIsGolden("migrate-wait");
    }

    @Test
    void waitingRewritesItsLineOnATerminal() {
        prepareMigration(MigrationState.COMPLETED, "");
        String out = scheduler.drover(true, "migrate", "web1", "--wait").out();
        assertThat(out.lines()).last().asString().isEqualTo("web1 moved from host1 to host2 in 34 s");
        assertThat(out).contains("\r\033[Kweb1  replicating  round 1");
        assertThat(out.chars().filter(c -> c == '\n')).hasSize(2);
    }

    @Test
    void migrationThatRollsBackIsExit1WithItsReason() {
        prepareMigration(MigrationState.ROLLED_BACK, "the destination's disk is full");
        CommandRun run = drover("migrate", "web1", "--wait");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).endsWith("web1 stays on host1, rolled back: the destination's disk is full\n");
    }

    @Test
    void waitingEndsAtItsTimeout() {
        scheduler.answer("POST /api/v1/migrations", 202, Answers.json(Answers.submitted()));
        scheduler.answer(
                "GET " + MIGRATION_PATH,
                200,
                Answers.json(Answers.detail(Answers.migration(MigrationState.REPLICATING, 0, 300, 1200))));
        CommandRun run = drover("migrate", "web1", "--wait", "--timeout", "3");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.err())
                .isEqualToIgnoringNewLines(
                        "drover: not over after 3.0 s; it goes on: drover migrations " + Answers.MIGRATION);
    }

    @Test
    @DisplayName("O1: why a migration is tried again is in the list, on its page and told to whoever waits")
    void whyAMigrationIsTriedAgain() {
        MigrationSummary tried = Answers.tried(MigrationState.FINISHING, "retire-source: permission denied");
        String says = "tried again, since 2026-11-22 11:58:30 for: retire-source: permission denied";
        scheduler.answer("GET /api/v1/migrations", 200, Answers.json(List.of(tried)));
        assertThat(drover("migrations").out()).endsWith("web1, " + Answers.MIGRATION + ": " + says + "\n");
        scheduler.answer("GET " + MIGRATION_PATH, 200, Answers.json(Answers.detail(tried)));
        assertThat(drover("migrations", Answers.MIGRATION.toString()).out()).contains("trouble    " + says + "\n");
        scheduler.answer("POST /api/v1/migrations", 202, Answers.json(Answers.submitted()));
        CommandRun run = drover("migrate", "web1", "--wait", "--timeout", "3s");
        assertThat(run.out().lines().filter(says::equals)).hasSize(1);
        assertThat(run.err()).endsWith(Answers.MIGRATION + "; " + says + "\n");
    }

    @Test
    @DisplayName("O16: of what is over no part is shown as done")
    void whatIsOverHasNoPercentage() {
        MigrationSummary over = Answers.migration(MigrationState.COMPLETED, 3, 1020, 1500);
        scheduler.answer("GET /api/v1/migrations", 200, Answers.json(List.of(over)));
        scheduler.answer("GET " + MIGRATION_PATH, 200, Answers.json(Answers.detail(over)));
        assertThat(drover("migrations").out()).doesNotContain("68 %");
        assertThat(drover("migrations", Answers.MIGRATION.toString()).out()).doesNotContain("68 %");
    }

    @Test
    void waitingOutlastsASchedulerBeingRestarted() {
        scheduler.answer("POST /api/v1/migrations", 202, Answers.json(Answers.submitted()));
        scheduler.answer("GET " + MIGRATION_PATH, 503, "{\"code\":\"unavailable\",\"message\":\"no database\"}");
        var done = Answers.detail(Answers.migration(MigrationState.COMPLETED, 1, 10, 10));
        scheduler.answer("GET " + MIGRATION_PATH, 200, Answers.json(done));
        assertThat(drover("migrate", "web1", "--wait").exitCode()).isZero();
    }

    @Test
    void refusalNamesTheField() {
        scheduler.answer(
                "POST /api/v1/migrations",
                409,
                "{\"code\":\"rejected\",\"field\":\"destination\",\"message\":\"host1 is also the source\"}");
        CommandRun run = drover("migrate", "web1", "--to", "host1");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).isEqualToIgnoringNewLines("drover: destination: host1 is also the source");
    }

    @Test
    void unknownVmIsExit3() {
        scheduler.answer(
                "POST /api/v1/migrations", 404, "{\"code\":\"unknown\",\"field\":\"vm\",\"message\":\"no web9\"}");
        assertThat(drover("migrate", "web9").exitCode()).isEqualTo(3);
    }

    @Test
    void cancelSaysWhatItDid() {
        scheduler.answer("POST " + MIGRATION_PATH + "/cancel", 202, "{\"result\":\"requested\"}");
        CommandRun run = drover("cancel", Answers.MIGRATION.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isEqualToIgnoringNewLines("cancel requested: " + Answers.MIGRATION);
    }

    @Test
    void cancelAfterTheGiveIsExit5() {
        scheduler.answer(
                "POST " + MIGRATION_PATH + "/cancel",
                409,
                "{\"code\":\"too_late\",\"field\":\"id\",\"message\":\"the VM has been handed over\"}");
        assertThat(drover("cancel", Answers.MIGRATION.toString()).exitCode()).isEqualTo(5);
    }

    @Test
    void cancelThatLosesTheRaceIsExit5() {
        scheduler.answer("POST " + MIGRATION_PATH + "/cancel", 202, "{\"result\":\"requested\"}");
        var done = Answers.detail(Answers.migration(MigrationState.COMPLETED, 1, 10, 10));
        scheduler.answer("GET " + MIGRATION_PATH, 200, Answers.json(done));
        assertThat(drover("cancel", Answers.MIGRATION.toString(), "--wait").exitCode())
                .isEqualTo(5);
    }

    @Test
    void definesAVmAndMakesItsId() throws IOException {
        Path file = Files.writeString(folder.resolve("web1.json"), """
            {"name": "web1", "vcpus": 1, "memory_bytes": 268435456, "machine": "pc-q35-7.2",
             "cpu_model": "qemu64", "network_cards": [{}, {"network": "lan", "mac": "52:54:00:12:34:56"}],
             "disks": [{"id": "data", "role": "data", "image": "web1.img"}]}
            """);
        scheduler.answer("POST /api/v1/vms", 201, Answers.json(Answers.vm(Power.STOPPED, Power.STOPPED)));
        CommandRun run = drover("vm", "define", file.toString(), "--host", "host1");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("web1 is defined on host1, id ")
                .endsWith("\nnetwork card 1 on lan: 52:54:00:12:34:56\n");
        assertThat(scheduler.requests().getFirst())
                .contains("\"host\":\"host1\"")
                .contains("\"name\":\"web1\"");
    }

    @Test
    void wrongDefinitionNamesTheFieldAndAsksNobody() throws IOException {
        Path file = Files.writeString(folder.resolve("web1.json"), """
            {"name": "web1", "vcpus": 1, "memory_bytes": 268435456, "machine": "q35", "cpu_model": "qemu64",
             "network_cards": 0, "disks": [{"id": "data", "role": "data", "image": "web1.img"}]}
            """);
        CommandRun run = drover("vm", "define", file.toString(), "--host", "host1");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("machine: 'q35' must be a versioned machine type");
        assertThat(scheduler.requests()).isEmpty();
    }

    @Test
    void startWaitsUntilTheVmRuns() {
        scheduler.answer("POST /api/v1/vms/web1/start", 202, Answers.json(Answers.vm(Power.STOPPED, Power.RUNNING)));
        scheduler.answer("GET /api/v1/vms/web1", 200, Answers.json(Answers.vm(Power.STOPPED, Power.RUNNING)));
        scheduler.answer("GET /api/v1/vms/web1", 200, Answers.json(Answers.vm(Power.RUNNING, Power.RUNNING)));
        CommandRun run = drover("vm", "start", "web1", "--wait");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isEqualToIgnoringNewLines("web1 is running on host1");
    }

    @Test
    @DisplayName("O3: why a VM does not start is said at once, and when the wait ends")
    void startThatIsKeptSaysByWhat() {
        VmDocument kept =
                Answers.vm(Power.STOPPED, Power.RUNNING, "disk data: image web1-data.img is read-only", CommandRun.NOW);
        scheduler.answer("POST /api/v1/vms/web1/start", 202, Answers.json(kept));
        scheduler.answer("GET /api/v1/vms/web1", 200, Answers.json(kept));
        CommandRun run = drover("vm", "start", "web1", "--wait", "--timeout", "5s");
        assertThat(run.exitCode()).isEqualTo(7);
        assertThat(run.err())
                .isEqualTo("drover: web1 does not start yet: disk data: image web1-data.img is read-only\n"
                        + "drover: web1 did not start within 5.0 s: disk data: image web1-data.img is read-only"
                        + " (since 2026-11-22 11:58:30); it is tried again and again\n");
    }

    @Test
    @DisplayName("O9: what a VM does is not known while its host is silent")
    void aSilentHostsVmsAreUnknown() {
        VmDocument silent = Answers.vm(Power.RUNNING, Power.RUNNING, null, CommandRun.NOW.minusSeconds(40));
        scheduler.answer("GET /api/v1/vms", 200, Answers.json(List.of(silent)));
        scheduler.answer("GET /api/v1/labels", 200, "{\"hosts\":{},\"vms\":{}}");
        assertThat(drover("vms").out()).contains("unknown since 2026-11-22 11:59:20, was running");
        scheduler.answer("POST /api/v1/vms/web1/stop", 202, Answers.json(silent));
        scheduler.answer("GET /api/v1/vms/web1", 200, Answers.json(silent));
        assertThat(drover("vm", "stop", "web1", "--wait", "--timeout", "5").err())
                .contains("the worker of host1 is silent; see drover hosts");
    }

    @Test
    @DisplayName("O3: what is in a VM's way stands below the table")
    void troublesOfVmsAreBelowTheTable() {
        VmDocument kept = Answers.vm(Power.STOPPED, Power.RUNNING, "image a is read-only", CommandRun.NOW);
        scheduler.answer("GET /api/v1/vms", 200, Answers.json(List.of(kept)));
        scheduler.answer("GET /api/v1/labels", 200, "{\"hosts\":{},\"vms\":{}}");
        assertThat(drover("vms").out())
                .contains("stopped, running wanted")
                .endsWith("web1 on host1, since 2026-11-22 11:58:30: image a is read-only\n");
    }

    @Test
    void stopWithoutWaitingSaysWhatIsWanted() {
        scheduler.answer("POST /api/v1/vms/web1/stop", 202, Answers.json(Answers.vm(Power.RUNNING, Power.STOPPED)));
        assertThat(drover("vm", "stop", "web1").out()).isEqualToIgnoringNewLines("web1 will be stopped on host1");
    }

    @Test
    void nobodyAnswering() {
        scheduler.close();
        CommandRun run = drover("hosts");
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("does not answer").contains("DROVER_SCHEDULER");
    }

    @Test
    void somethingElseAnswering() {
        scheduler.answer("GET /api/v1/hosts", 200, "<html>");
        CommandRun run = drover("hosts");
        assertThat(run.exitCode()).isEqualTo(6);
        assertThat(run.err()).contains("is not a Drover scheduler");
    }

    @Test
    void defectAtTheSchedulerIsExit70() {
        scheduler.answer("GET /api/v1/hosts", 500, "{\"code\":\"internal\",\"message\":\"index 3\"}");
        assertThat(drover("hosts").exitCode()).isEqualTo(70);
    }
}
