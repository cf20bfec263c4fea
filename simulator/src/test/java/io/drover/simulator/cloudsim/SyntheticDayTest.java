package io.drover.simulator.cloudsim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.simulator.SimulationException;
import io.drover.simulator.SimulationResult;
import io.drover.simulator.SimulationRules.Setting;
import io.drover.simulator.SyntheticDay;
import io.drover.simulator.rules.RuleBook;
import io.drover.simulator.trace.LoadTrace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * A day from a seed by every kind of policy, against committed values. They come from this implementation at a time
 * when it reproduced the public days exactly; {@code -Dgolden.update=true} writes them anew.
 */
class SyntheticDayTest {
    private static final LoadTrace DAY = SyntheticDay.of(60, 20110303);
    private static final Setting SETTING = new Setting(OptionalInt.of(40), 1);
    private static final Path GOLDEN = Path.of("src/test/resources/golden/cloudsim-synthetic.txt");
    private static final List<String> POLICIES = List.of(
            "dvfs",
            "thr-mmt-0.8",
            "thr-mmt-1.0",
            "thr-mu-0.8",
            "thr-rs-0.8",
            "mad-mmt-2.5",
            "iqr-mmt-1.5",
            "lr-mmt-1.2",
            "lr-mc-1.2",
            "lr-mu-1.2",
            "drover",
            "drover-0.5-0.95");

    private final CloudsimRules rules = new CloudsimRules();

    @Test
    void everyPolicyGivesTheCommittedFigures() throws Exception {
        var lines = new ArrayList<String>();
        for (String policy : POLICIES) {
            lines.add(line(run(policy)));
        }
        String text = String.join("\n", lines) + "\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, text);
        }
        assertThat(text).isEqualTo(Files.readString(GOLDEN, StandardCharsets.UTF_8));
    }

    @Test
    void theSameSeedGivesTheSameDayAndAnotherSeedAnother() throws Exception {
        assertThat(line(run("thr-rs-0.8"))).isEqualTo(line(run("thr-rs-0.8")));
        SimulationResult other = rules.run(DAY, "thr-rs-0.8", new Setting(OptionalInt.of(40), 2), share -> {});
        assertThat(line(other)).isNotEqualTo(line(run("thr-rs-0.8")));
    }

    @Test
    void noResultIsBelowTheFloor() throws Exception {
        for (String policy : POLICIES) {
            SimulationResult result = run(policy);
            assertThat(result.energyKwh()).as(policy).isGreaterThan(result.floorKwh());
        }
    }

    @Test
    void progressReachesTheEnd() throws Exception {
        var shares = new ArrayList<Double>();
        rules.run(DAY, "dvfs", SETTING, shares::add);

        assertThat(shares).isSorted().hasSize(287);
        assertThat(shares.getLast()).isGreaterThan(0.99).isLessThanOrEqualTo(1);
    }

    @Test
    void vmsThatFitNowhereAreNamed() {
        assertThatThrownBy(() -> rules.run(DAY, "lr-mmt-1.2", new Setting(OptionalInt.of(2), 1), share -> {}))
                .isInstanceOf(SimulationException.class)
                .hasMessageContaining("fits no host; more hosts are needed");
    }

    @Test
    void knowsItsPoliciesByName() {
        assertThat(POLICIES).allMatch(rules::knows);
        assertThat(List.of("lr-mmt", "lr-mmt-", "lr-xx-1.2", "drover-2", "none", ""))
                .noneMatch(rules::knows);
        assertThat(RuleBook.named("cloudsim")).isPresent();
        assertThat(RuleBook.named("other")).isEmpty();
    }

    private SimulationResult run(String policy) throws SimulationException {
        return rules.run(DAY, policy, SETTING, share -> {});
    }

    private static String line(SimulationResult result) {
        return String.format(
                Locale.ROOT,
                "%s %.9f kWh %d migrations slatah %.12f pdm %.12f shutdowns %d overload %.3f starved %.3f %.6f TB %d back",
                result.policy(),
                result.energyKwh(),
                result.migrations(),
                result.slatah(),
                result.pdm(),
                result.hostShutdowns(),
                result.overloadS(),
                result.starvedVmS(),
                result.tbMoved(),
                result.movesBack());
    }
}
