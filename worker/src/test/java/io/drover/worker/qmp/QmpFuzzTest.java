package io.drover.worker.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QmpFuzzTest {
    @TempDir
    private Path folder;

    @Test
    void takesEventsBetweenAnswers() throws Exception {
        for (long seed = 0; seed < 50; seed++) {
            try (var server = new LyingQmpServer(folder.resolve("h" + seed), seed, false)) {
                assertThat(exercise(server.socket(), Duration.ofSeconds(60))).isEqualTo("right");
            }
        }
    }

    @Test
    void damageEndsSoonWithAnException() throws Exception {
        int noticed = 0;
        for (long seed = 0; seed < 200; seed++) {
            try (var server = new LyingQmpServer(folder.resolve("l" + seed), seed, true)) {
                long start = System.nanoTime();
                String outcome = exercise(server.socket(), Duration.ofMillis(300));
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("seed " + seed + ": " + outcome)
                        .isLessThan(Duration.ofSeconds(20));
                noticed += outcome.equals("right") ? 0 : 1;
            }
        }
        assertThat(noticed).isGreaterThan(100);
    }

    @Test
    void aServerWithoutGreetingCostsTheDeadlineOnly() throws Exception {
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(folder.resolve("silent")));

            assertThatThrownBy(() -> QmpClient.connect(folder.resolve("silent"), Duration.ofMillis(200)))
                    .isInstanceOf(QmpConnectionException.class)
                    .hasMessageContaining("no greeting within PT0.2S");
        }
    }

    private static String exercise(Path socket, Duration limit) throws InterruptedException {
        try (var client = QmpClient.connect(socket, limit)) {
            for (int i = 0; i < 5; i++) {
                int answer = client.execute("query-answer", Map.of(), limit)
                        .path("answer")
                        .asInt(-1);
                // A flipped bit in the number itself cannot be noticed by anyone.
                if (answer == -1) {
                    return "unreadable";
                }
            }
            boolean wrong = !client.qemuVersion().endsWith(".22") || !client.isOpen();
            return wrong ? "different" : "right";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
