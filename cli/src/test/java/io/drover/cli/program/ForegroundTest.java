package io.drover.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.program.Foreground.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A program in a process of its own. */
final class ForegroundTest {
    private static final int LIMIT_S = 120;

    @Test
    @Tag("attack")
    @DisplayName("A3: a program one of whose threads ends by an Error is closed in order and ends with code 70")
    void anErrorThatNobodyCatchesEndsTheProgram() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LosesALoop.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(process.waitFor(LIMIT_S, TimeUnit.SECONDS)).isTrue();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).contains("'a loop'").contains("a fault").contains("closed in order");
            assertThat(process.exitValue()).isEqualTo(70);
        } finally {
            process.destroyForcibly();
        }
    }

    /** The program. */
    static final class LosesALoop {
        private LosesALoop() {}

        public static void main(String[] arguments) throws Exception {
            Foreground.run(
                    () -> {
                        var started = new CountDownLatch(1);
                        Thread.ofVirtual().name("a loop").start(() -> {
                            started.countDown();
                            throw new InternalError("a fault");
                        });
                        started.await();
                        return Running.of(() -> System.out.println("closed in order"), Optional::empty);
                    },
                    Duration.ofSeconds(30),
                    NotifySocket.ofThisProcess());
        }
    }
}
