package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.messages.api.LoadHistoryDocument;
import io.drover.messages.api.LoadHistoryDocument.HostHistory;
import io.drover.messages.api.LoadHistoryDocument.VmHistory;
import io.drover.messages.json.DroverJson;
import io.drover.simulator.trace.LoadTrace;
import io.drover.simulator.trace.TraceFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At noon; the newest slot that is surely rolled up begins at 11:50. */
final class RecordCommandTest {
    private static final HostId H1 = new HostId("h1");
    private static final HostId H2 = new HostId("h2");
    private static final VmId WEB = new VmId(new UUID(0, 1));
    private static final VmId DB = new VmId(new UUID(0, 2));

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

    @Test
    void writesPercentOfAVmsProcessorsByName() throws Exception {
        answer(
                "11:30:00",
                "11:55:00",
                history(
                        "11:30:00",
                        5,
                        List.of(heard(H1, 9, 9, 9, 9, 9)),
                        List.of(vm(WEB, "web", 4, 1.0, 2.0, 4.2, 0.001, 0.03), vm(DB, "db", 1, 0.5, null, 1, 0, 1))));
        Path file = folder.resolve("day.csv.gz");

        CommandRun run = record(file, "--for", "25min");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(lines(file)).containsExactly("db,50,0,100,0,100", "web,25,50,100,0,1");
        LoadTrace trace = TraceFiles.read(file);
        assertThat(trace.vm(1)).isEqualTo("web");
        assertThat(trace.percent(1, 2)).isEqualTo(100);
        assertThat(run.out()).contains("VMs 2, samples 5 each, a sample 5 min 0 s, from 2026-11-22 11:30:00");
        assertThat(run.out()).doesNotContain("repeat");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void asksHourByHourAndGoesOnWhereAVmWentTo() throws IOException {
        answer(
                "10:45:00",
                "11:45:00",
                history(
                        "10:45:00",
                        12,
                        List.of(heard(H1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9)),
                        List.of(vm(WEB, "web", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.4))));
        answer("11:45:00", "11:55:00", history("11:45:00", 2, List.of(heard(H2, 9, 9)), List.of()));
        Path file = folder.resolve("day.csv.gz");

        CommandRun run = record(file, "--for", "70min");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(lines(file)).containsExactly("web,100,100,100,100,100,100,100,100,100,100,100,40,40,40");
        assertThat(run.out()).contains("of these samples 2 repeat the one before");
    }

    @Test
    void leavesOutTheTimesInWhichNobodyWasHeardOf() throws IOException {
        answer(
                "11:30:00",
                "11:55:00",
                history(
                        "11:30:00",
                        5,
                        List.of(heard(H1, 0, 9, 0, 9, 0)),
                        List.of(vm(WEB, "web", 1, null, 0.1, null, 0.3, null))));
        Path file = folder.resolve("day.csv.gz");

        CommandRun run = record(file, "--for", "25min", "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(lines(file)).containsExactly("web,10,10,30");
        var made = DroverJson.mapper().readTree(run.out());
        assertThat(made.get("since").stringValue()).isEqualTo("2026-11-22T11:35:00Z");
        assertThat(made.get("samples").intValue()).isEqualTo(3);
        assertThat(made.get("held").intValue()).isEqualTo(1);
    }

    @Test
    void writesNothingWhereThereIsNothing() {
        answer("11:30:00", "11:55:00", history("11:30:00", 5, List.of(heard(H1, 0, 9, 0, 0, 0)), List.of()));
        Path file = folder.resolve("day.csv.gz");

        CommandRun run = record(file, "--for", "25min");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.err()).contains("no telemetry to record since 2026-11-22 11:30:00");
        assertThat(file).doesNotExist();
    }

    @Test
    void refusesWhatCannotBe() {
        assertThat(record(folder.resolve("day.csv")).err()).contains("--out").contains("is not named *.csv.gz");
        assertThat(record(folder.resolve("day.csv.gz"), "--for", "9min").exitCode())
                .isEqualTo(2);
        assertThat(record(folder.resolve("day.csv.gz"), "--for", "31d").exitCode())
                .isEqualTo(2);
        assertThat(record(folder.resolve("day.csv.gz"), "--for", "a day").err()).contains("'a day' is no span of time");
        assertThat(scheduler.requests()).isEmpty();
    }

    private CommandRun record(Path file, String... more) {
        var arguments =
                new ArrayList<>(List.of("record", "--out", file.toString(), "--scheduler", scheduler.address()));
        arguments.addAll(List.of(more));
        return CommandRun.of(false, arguments.toArray(String[]::new));
    }

    private void answer(String since, String until, LoadHistoryDocument history) {
        String query = "since=" + at(since) + "&until=" + at(until);
        scheduler.answer("GET /api/v1/telemetry?" + query, 200, Answers.json(history));
    }

    private static LoadHistoryDocument history(String since, int slots, List<HostHistory> hosts, List<VmHistory> vms) {
        return new LoadHistoryDocument(at(since), LoadHistoryDocument.SLOT_SECONDS, slots, hosts, vms);
    }

    private static HostHistory heard(HostId host, Integer... samples) {
        return new HostHistory(host, List.of(samples));
    }

    private static VmHistory vm(VmId id, String name, int vcpus, @Nullable Number... cpuCores) {
        return new VmHistory(
                id,
                name,
                vcpus,
                H1,
                Arrays.stream(cpuCores)
                        .map(cores -> cores == null ? null : (Double) cores.doubleValue())
                        .toList());
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-22T" + time + "Z");
    }

    private static List<String> lines(Path file) throws IOException {
        try (var reader = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}
