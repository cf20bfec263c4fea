package io.drover.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.messages.json.DroverJson;
import io.drover.testbed.guest.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The benchmark as it is started by hand, on its smallest case, with a network that breaks in the middle. */
class BenchIT {
    private static final int LIMIT_MINUTES = 10;
    private static final int SOMETHING_FAILED = 1;
    private static final int NO_NAMESPACES = 2;

    /** Longer than the silence after which a peer is given up. */
    private static final int CUT_SECONDS = 18;

    private final Checkout checkout = Checkout.find();

    @TempDir
    private Path scratch;

    @Test
    void measuresARunThatOutlivesItsNetworkAfterOneThatFails() throws Exception {
        assumeTrue(run(List.of("true")) != NO_NAMESPACES, () -> "the benchmark was not tested: " + said());
        Path json = scratch.resolve("bench.json");

        int code = run(bench(json));

        assertThat(code).as(said()).isEqualTo(SOMETHING_FAILED);
        JsonNode rows = DroverJson.mapper().readTree(Files.readString(json));
        assertFailed(rows.path(0));
        assertMeasured(rows.path(1));
        assertThat(said()).contains("slice auto, writes achieved of offered");
        assertThat(Files.readString(scratch.resolve("plots/slice.svg")))
                .contains("unknown-algorithm (not converged)", ">auto<");
    }

    private void assertFailed(JsonNode row) {
        assertThat(row.path("contender").asString()).isEqualTo("unknown-algorithm");
        assertThat(row.path("converged").asBoolean(true)).isFalse();
        assertThat(row.path("verified").asBoolean(true)).isFalse();
        assertThat(row.path("problems").path(0).asString()).contains("unknown");
    }

    private void assertMeasured(JsonNode median) {
        assertThat(median.path("case").asString()).isEqualTo("slice");
        assertThat(median.path("contender").asString()).isEqualTo("auto");
        assertThat(median.path("verified").asBoolean()).as(said()).isTrue();
        assertThat(median.path("runs").size()).isEqualTo(1);
        assertThat(median.path("arrived_s").asDouble()).isPositive();
        assertThat(median.path("total_s").asDouble()).isGreaterThan(CUT_SECONDS);
        assertThat(median.path("downtime_ms").asDouble()).isPositive();
        assertThat(median.path("achieved_writes").asDouble()).isPositive();
        assertThat(median.path("cpu_s").asDouble()).isPositive();
        // 64 MiB of random bytes had to cross the link, and nothing of that size twice.
        assertThat(median.path("wire_bytes").asLong()).isBetween(64L << 20, 512L << 20);
        assertThat(median.path("floor_bytes").asLong()).isGreaterThan(64L << 20);
    }

    private List<String> bench(Path json) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Ddrover.checkout=" + checkout.root(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.drover.bench.Bench",
                "slice",
                "--runs",
                "1",
                "--contenders",
                "unknown-algorithm,auto",
                "--cut",
                "16:" + CUT_SECONDS,
                "--plot",
                scratch.resolve("plots").toString(),
                "--state",
                scratch.resolve("s").toString(),
                "--json",
                json.toString());
    }

    private int run(List<String> command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>();
        whole.add(checkout.root().resolve("scripts/in-namespace").toString());
        whole.addAll(command);
        Process process = new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectOutput(scratch.resolve("said").toFile())
                .start();
        try {
            return process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES) ? process.exitValue() : -1;
        } finally {
            process.destroyForcibly();
        }
    }

    private String said() {
        try {
            return Files.readString(scratch.resolve("said"));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
