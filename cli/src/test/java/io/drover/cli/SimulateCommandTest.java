package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.json.DroverJson;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;

class SimulateCommandTest {
    @TempDir
    Path folder;

    private String day = "";

    @BeforeEach
    void writeADay() throws IOException {
        var lines = new StringBuilder();
        for (int vm = 0; vm < 12; vm++) {
            lines.append("vm").append(vm);
            for (int sample = 0; sample < 40; sample++) {
                lines.append(',').append(5 + (vm * 7 + sample * 3) % 40);
            }
            lines.append('\n');
        }
        day = written("day.csv.gz", lines.toString());
    }

    @Test
    void printsARowForEachPolicyInTheOrderAsked() {
        CommandRun run = simulate("--policy", "thr-mmt-0.8,drover", "--hosts", "12");

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines().map(line -> line.split(" +", -1)[1]))
                .containsExactly("POLICY", "thr-mmt-0.8", "drover");
    }

    @Test
    void writesJsonWithFractionsAndAChart() throws Exception {
        Path json = folder.resolve("results.json");
        Path charts = folder.resolve("charts");
        simulate(
                "--policy",
                "lr-mmt-1.2,drover",
                "--hosts",
                "12",
                "--json",
                json.toString(),
                "--plot",
                charts.toString());

        JsonNode results = DroverJson.mapper().readTree(Files.readString(json));
        assertThat(results.size()).isEqualTo(2);
        JsonNode first = results.get(0);
        assertThat(first.propertyNames())
                .containsExactlyInAnyOrder(
                        "trace",
                        "policy",
                        "rules",
                        "energy_kwh",
                        "floor_kwh",
                        "migrations",
                        "slatah",
                        "pdm",
                        "slav",
                        "esv",
                        "host_shutdowns",
                        "overload_s",
                        "starved_vm_s",
                        "tb_moved",
                        "moves_back",
                        "plan_ms");
        assertThat(first.get("slav").asDouble())
                .isEqualTo(first.get("slatah").asDouble() * first.get("pdm").asDouble());
        String svg = Files.readString(charts.resolve("cloudsim-day.svg"));
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
        assertThat(svg).contains(">lr-mmt-1.2<", ">drover<");
    }

    @Test
    void showsProgressOnlyOnATerminal() {
        CommandRun run = CommandRun.of(true, "simulate", "--traces", day, "--policy", "dvfs", "--hosts", "12");

        assertThat(run.err()).contains("[###", "] 97 % day dvfs").endsWith("\r\u001b[K");
        assertThat(run.out()).doesNotContain("\u001b");
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        String bad = written("bad.csv.gz", "a,1,2\nb,1,x\n");

        assertMisused(
                CommandRun.of(false, "simulate", "--traces", bad, "--policy", "drover"),
                "bad.csv.gz, line 2: field 3: 'x'");
        assertMisused(simulate("--policy", "drovr"), "--policy: unknown 'drovr'; the rules 'cloudsim' have (thr|");
        assertMisused(simulate("--policy", "drover", "--rules", "odd"), "--rules: unknown 'odd'; known are cloudsim");
        assertMisused(simulate("--policy", "drover", "--hosts", "0"), "--hosts: 0 is less than 1");
        assertMisused(simulate("--policy", "drover", "--hosts", "1"), "day: VM 0 (2500 MIPS, 870 MB) fits no host");
    }

    private static void assertMisused(CommandRun run, String message) {
        assertThat(run.err()).contains(message);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }

    private CommandRun simulate(String... options) {
        var arguments = new ArrayList<>(List.of("simulate", "--traces", day));
        arguments.addAll(List.of(options));
        return CommandRun.of(false, arguments.toArray(String[]::new));
    }

    private String written(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file.toString();
    }
}
