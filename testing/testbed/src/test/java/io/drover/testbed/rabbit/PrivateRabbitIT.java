package io.drover.testbed.rabbit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateRabbitIT {
    @Test
    void startsStopsStartsAgainAndLeavesNothing(@TempDir Path folder) throws Exception {
        assumeThat(Boolean.getBoolean("drover.containers"))
                .as("a container keeps its own processes")
                .isFalse();
        List<ProcessHandle> before = ProcessHandle.current().descendants().toList();
        List<ProcessHandle> started;
        int port;
        try (TestRabbit rabbit = TestRabbit.start(folder)) {
            port = rabbit.port();
            assertThat(Readiness.answers(rabbit.host(), port)).isTrue();
            started = ProcessHandle.current()
                    .descendants()
                    .filter(process -> !before.contains(process))
                    .toList();
            assertThat(started).as("node and epmd at least").hasSizeGreaterThanOrEqualTo(2);
            assertThat(commandLines(folder)).as("processes of this node").hasSize(1);

            rabbit.stopNode();
            assertThat(Readiness.answers(rabbit.host(), port)).isFalse();
            assertThat(commandLines(folder)).isEmpty();

            rabbit.startNode();
            assertThat(rabbit.port()).isEqualTo(port);
            assertThat(Readiness.answers(rabbit.host(), port)).isTrue();
            assertThat(folder.resolve("home/.erlang.cookie")).exists();
        }
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(started).noneMatch(ProcessHandle::isAlive));
        assertThat(commandLines(folder)).isEmpty();
    }

    @Test
    void listensOnLoopbackOnly(@TempDir Path folder) throws Exception {
        assumeThat(Boolean.getBoolean("drover.containers"))
                .as("a container has its own network")
                .isFalse();
        try (TestRabbit rabbit = TestRabbit.start(folder)) {
            String conf = Files.readString(folder.resolve("rabbitmq.conf"));
            assertThat(conf).contains("127.0.0.1:" + rabbit.port());
            // /proc/net/tcp writes addresses in hex: 0100007F is 127.0.0.1, state 0A is listening.
            String port = String.format(":%04X", rabbit.port());
            try (Stream<String> lines = Files.lines(Path.of("/proc/net/tcp"))) {
                assertThat(lines.filter(line -> line.contains(port) && line.contains(" 0A ")))
                        .isNotEmpty()
                        .allMatch(line -> line.contains("0100007F" + port));
            }
        }
    }

    /** Every process whose command line names the node's home, wherever it hangs in the process tree. */
    private static List<String> commandLines(Path folder) throws IOException {
        String home = folder.toAbsolutePath().resolve("home").toString();
        return ProcessHandle.allProcesses()
                .map(handle -> Path.of("/proc", Long.toString(handle.pid()), "cmdline"))
                .map(PrivateRabbitIT::read)
                .filter(line -> line.contains(home))
                .toList();
    }

    private static String read(Path cmdline) {
        try {
            return Files.readString(cmdline);
        } catch (IOException e) {
            // It ended between being listed and being read.
            return "";
        }
    }
}
