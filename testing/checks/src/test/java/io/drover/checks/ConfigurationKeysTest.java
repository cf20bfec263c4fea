package io.drover.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.scheduler.SchedulerConfig;
import io.drover.worker.HostResources;
import io.drover.worker.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/operating/configuration.md} has a row for every key that a program reads, and no other. */
class ConfigurationKeysTest {
    private static final Path MANUAL = Path.of("../../docs/operating/configuration.md");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\|");

    /** What has no default. */
    private static final Map<String, String> SHARED = Map.of(
            "database.url", "jdbc:postgresql://db/drover",
            "database.password", "secret",
            "rabbit.user", "somebody",
            "rabbit.password", "secret");

    @Test
    void everyKeyHasItsRow() throws IOException, ConfigException {
        var read = new TreeSet<String>();
        Settings scheduler = Settings.of(SHARED);
        SchedulerConfig.read(scheduler);
        read.addAll(scheduler.effective().keySet());
        var ofWorker = new HashMap<>(SHARED);
        ofWorker.putAll(Map.of(
                "host", "h1", "database.user", "drover_host_h1", "state.folder", "/state", "images.folder", "/images"));
        Settings worker = Settings.of(ofWorker);
        WorkerConfig.read(worker, new HostResources(1, 1L << 30));
        read.addAll(worker.effective().keySet());
        assertThat(rows()).containsExactlyInAnyOrderElementsOf(read);
    }

    private static Set<String> rows() throws IOException {
        return ROW.matcher(Files.readString(MANUAL))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
    }
}
