package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.terminal.Terminal;
import io.drover.messages.time.Clock;
import io.drover.messages.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/** What a command printed and returned, at a known time. */
record CommandRun(int exitCode, String out, String err) {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    /** Runs {@code drover} with these arguments in this process. */
    static CommandRun of(boolean interactive, String... arguments) {
        return of(new SteppingClock(), interactive, arguments);
    }

    /** Runs {@code drover} in this process by the machine's clock, as a person would without a terminal. */
    static CommandRun live(String... arguments) {
        return of(new SystemClock(), false, arguments);
    }

    private static CommandRun of(Clock clock, boolean interactive, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var terminal = new Terminal(new PrintWriter(out), new PrintWriter(err), interactive, clock, ZoneOffset.UTC);
        int exitCode = Drover.commandLine(terminal).execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        return new CommandRun(exitCode, out.toString(), err.toString());
    }

    /** Compares with {@code golden/NAME.txt}; {@code -Dgolden.update=true} writes it instead. */
    void outIsGolden(String name) throws IOException {
        Path file = Path.of("src/test/resources/golden", name + ".txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, out);
        }
        assertThat(out).isEqualTo(Files.readString(file, StandardCharsets.UTF_8));
    }

    /** Time passes only by waiting, and then at once. */
    private static final class SteppingClock implements Clock {
        private Duration elapsed = Duration.ZERO;

        @Override
        public Instant now() {
            return NOW;
        }

        @Override
        public Duration elapsed() {
            return elapsed;
        }

        @Override
        public void sleep(Duration duration) {
            elapsed = elapsed.plus(duration);
        }
    }
}
