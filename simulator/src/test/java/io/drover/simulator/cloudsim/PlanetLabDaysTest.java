package io.drover.simulator.cloudsim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.simulator.SimulationResult;
import io.drover.simulator.SimulationRules.Setting;
import io.drover.simulator.trace.LoadTrace;
import io.drover.simulator.trace.TraceFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The public days, where {@code DROVER_TRACES} names the folder that holds them, against the figures of CloudSim 3.0.3
 * with its trace files in sorted order. Two days by default, all five with {@code -Dtraces.all=true}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlanetLabDaysTest {
    private static final Setting SETTING = new Setting(OptionalInt.of(800), 1);

    private final Map<String, LoadTrace> days = new HashMap<>();
    private final CloudsimRules rules = new CloudsimRules();

    @ParameterizedTest
    @CsvSource({
        "20110303, lr-mmt-1.2, 163.48, 27859, 4.64",
        "20110303, mad-mmt-2.5, 185.79, 26556, 3.34",
        "20110303, iqr-mmt-1.5, 189.98, 26282, 3.01",
        "20110303, thr-mmt-0.8, 192.62, 26711, 3.18",
        "20110303, thr-mmt-1.0, 163.01, 46067, 28.51",
        "20110303, lr-mc-1.2, 151.07, 23380, 6.83",
        "20110303, lr-mu-1.2, 175.60, 30166, 6.13",
        "20110303, thr-mu-0.8, 207.79, 30653, 4.94",
        "20110306, lr-mmt-1.2, 123.28, 20878, 4.62",
        "20110306, mad-mmt-2.5, 140.07, 20682, 3.74",
        "20110306, iqr-mmt-1.5, 143.97, 20742, 3.37",
        "20110306, thr-mmt-0.8, 144.74, 20908, 3.60",
        "20110306, thr-mmt-1.0, 124.14, 33440, 25.97",
        "20110309, lr-mmt-1.2, 142.09, 24959, 6.02",
        "20110309, mad-mmt-2.5, 163.01, 23476, 3.91",
        "20110309, iqr-mmt-1.5, 166.75, 23772, 3.88",
        "20110309, thr-mmt-0.8, 165.27, 23475, 4.05",
        "20110309, thr-mmt-1.0, 141.87, 38068, 27.96",
        "20110322, lr-mmt-1.2, 177.48, 32038, 4.64",
        "20110322, mad-mmt-2.5, 198.50, 28604, 2.97",
        "20110322, iqr-mmt-1.5, 200.87, 29058, 2.94",
        "20110322, thr-mmt-0.8, 201.70, 28902, 3.06",
        "20110322, thr-mmt-1.0, 175.93, 52495, 25.60",
        "20110325, lr-mmt-1.2, 152.58, 26513, 4.72",
        "20110325, mad-mmt-2.5, 171.95, 24252, 3.27",
        "20110325, iqr-mmt-1.5, 174.07, 24864, 3.26",
        "20110325, thr-mmt-0.8, 175.24, 24883, 3.37",
        "20110325, thr-mmt-1.0, 150.68, 42166, 25.62",
    })
    void reproducesTheExperiment(String day, String policy, String kwh, int migrations, double slavE5)
            throws Exception {
        SimulationResult result = run(day, policy);

        assertThat(String.format(Locale.ROOT, "%.2f", result.energyKwh())).isEqualTo(kwh);
        assertThat(result.migrations()).isEqualTo(migrations);
        // The reference is rounded to two digits, once or twice.
        assertThat(result.slav() * 1e5).isBetween(slavE5 - 0.0051, slavE5 + 0.0051);
    }

    @Test
    void withoutMovesEnergyIsThatOfDvfs() throws Exception {
        SimulationResult result = run("20110303", "dvfs");

        assertThat(String.format(Locale.ROOT, "%.2f", result.energyKwh())).isEqualTo("802.75");
        assertThat(result.migrations()).isZero();
        assertThat(String.format(Locale.ROOT, "%.1f", result.floorKwh())).isEqualTo("96.0");
    }

    @Test
    void droverIsWithinItsBounds() throws Exception {
        SimulationResult result = run("20110303", "drover");

        assertThat(result.energyKwh()).isLessThanOrEqualTo(150);
        assertThat(result.migrations()).isLessThanOrEqualTo(6000);
        assertThat(result.slav()).isLessThanOrEqualTo(0.5e-5);
    }

    @ParameterizedTest
    @CsvSource({
        "20110306, 123.28, 20878, 4.62",
        "20110309, 142.09, 24959, 6.02",
        "20110322, 177.48, 32038, 4.64",
        "20110325, 152.58, 26513, 4.72",
    })
    void droverIsAheadOfLocalRegressionInEverything(String day, double kwh, int migrations, double slavE5)
            throws Exception {
        SimulationResult result = run(day, "drover");

        assertThat(result.energyKwh()).isLessThan(kwh);
        assertThat(result.migrations()).isLessThan(migrations);
        assertThat(result.slav() * 1e5).isLessThan(slavE5);
    }

    private SimulationResult run(String day, String policy) throws Exception {
        boolean quick = day.equals("20110303") || (day.equals("20110306") && !policy.startsWith("mad"));
        assumeTrue(
                quick || policy.equals("drover") || Boolean.getBoolean("traces.all"),
                "not asked for by -Dtraces.all=true");
        return rules.run(trace(day), policy, SETTING, share -> {});
    }

    private LoadTrace trace(String day) throws Exception {
        String folder = System.getenv("DROVER_TRACES");
        assumeTrue(folder != null, "DROVER_TRACES names no folder");
        Path root = Path.of(String.valueOf(folder));
        Path inside = root.resolve("planetlab");
        Path file = (Files.isDirectory(inside) ? inside : root).resolve(day + ".csv.gz");
        LoadTrace trace = days.containsKey(day) ? days.get(day) : TraceFiles.read(file);
        days.put(day, trace);
        return trace;
    }
}
