package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.drover.messages.config.Settings;
import io.drover.scheduler.SchedulerConfig;
import io.drover.worker.HostResources;
import io.drover.worker.WorkerConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The examples of configuration that packages have are taken as they are. */
final class PackagedExamplesTest {
    @Test
    void ofTheWorker() {
        assertThatCode(() -> WorkerConfig.read(example("worker"), new HostResources(4, 8L << 30)))
                .doesNotThrowAnyException();
    }

    @Test
    void ofTheScheduler() {
        assertThatCode(() -> SchedulerConfig.read(example("scheduler"))).doesNotThrowAnyException();
    }

    private static Settings example(String program) throws Exception {
        String name = "drover-" + program;
        return Settings.read(
                Path.of("../packaging", name, "root/usr/share/doc", name, "examples", program + ".properties"));
    }
}
