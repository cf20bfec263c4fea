package io.drover.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Alerts and dashboard ask for metrics that there are, and the manual says what to do about each alert. */
class AlertsTest {
    private static final Path FILES = Path.of("../../ansible/roles/monitoring/files");
    private static final Path TESTS = Path.of("../alerts/drover_test.yml");
    private static final Path MANUAL = Path.of("../../docs/operating/metrics.md");
    private static final Pattern METRIC = Pattern.compile("\\bdrover_[a-z0-9_]*[a-z0-9]\\b(?!\\.)");
    private static final Pattern FAMILY = Pattern.compile("(?m)^\\| `(drover_[a-z0-9_]+)` \\|");

    @Test
    void whatIsAskedForIsTold() throws IOException {
        Set<String> families = found(FAMILY, 1, MANUAL);
        assertThat(families).isNotEmpty();
        for (String file : new String[] {"drover.rules.yml", "drover.json"}) {
            Set<String> asked = found(METRIC, 0, FILES.resolve(file)).stream()
                    .map(name -> name.replaceFirst("_(bucket|count|sum)$", ""))
                    .collect(Collectors.toSet());
            assertThat(asked).as(file).isNotEmpty();
            assertThat(families).as(file).containsAll(asked);
        }
    }

    @Test
    void everyAlertIsTestedAndExplained() throws IOException {
        Set<String> alerts = found(Pattern.compile("- alert: (\\w+)"), 1, FILES.resolve("drover.rules.yml"));
        assertThat(alerts).isNotEmpty();
        assertThat(found(Pattern.compile("- name: (\\w+)"), 1, TESTS)).isEqualTo(alerts);
        assertThat(found(Pattern.compile("(?m)^\\| `(Drover\\w+)` \\|"), 1, MANUAL))
                .isEqualTo(alerts);
    }

    private static Set<String> found(Pattern pattern, int group, Path file) throws IOException {
        return pattern.matcher(Files.readString(file))
                .results()
                .map(match -> match.group(group))
                .collect(Collectors.toSet());
    }
}
