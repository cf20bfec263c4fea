package io.drover.cli.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.drover.cli.terminal.CommandException;
import io.drover.messages.json.DroverJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class LogFormatTest {
    private final LoggerContext context = new LoggerContext();

    @TempDir
    private Path folder;

    @Test
    @DisplayName("O13: under systemd lines are for its journal, and only where they really go there")
    void theJournalIsRecognised() throws Exception {
        Path output = Files.createFile(folder.resolve("stream"));
        String identity = Files.getAttribute(output, "unix:dev") + ":" + Files.getAttribute(output, "unix:ino");
        assertThat(LogFormat.of(Map.of("JOURNAL_STREAM", identity), output)).isEqualTo(LogFormat.JOURNAL);
        assertThat(LogFormat.of(Map.of("JOURNAL_STREAM", "8:1"), output)).isEqualTo(LogFormat.TEXT);
        assertThat(LogFormat.of(Map.of(), output)).isEqualTo(LogFormat.TEXT);
        assertThat(LogFormat.of(Map.of("JOURNAL_STREAM", identity, "DROVER_LOG_FORMAT", "json"), output))
                .isEqualTo(LogFormat.JSON);
        assertThatThrownBy(() -> LogFormat.of(Map.of("DROVER_LOG_FORMAT", "xml"), output))
                .isInstanceOf(CommandException.class)
                .hasMessage("DROVER_LOG_FORMAT: 'xml' is not one of text, journal, json");
    }

    @Test
    @DisplayName("O13: every line of a stack trace has its priority, and none a time")
    void linesOfTheJournal() {
        String lines = encoded(LogFormat.JOURNAL, new IllegalStateException("a fault"));
        assertThat(lines.lines()).hasSizeGreaterThan(2).allMatch(line -> line.startsWith("<4>"));
        assertThat(lines).startsWith("<4>io.drover.Some 0b7c it is full").doesNotContain("2026");
    }

    @Test
    @DisplayName("O13: an object a line, with the id of the migration")
    void objects() {
        String line = encoded(LogFormat.JSON, null);
        assertThat(line).endsWith("\n").hasLineCount(1);
        JsonNode read = DroverJson.mapper().readTree(line);
        assertThat(read.path("formattedMessage").asString()).isEqualTo("it is full");
        assertThat(read.path("level").asString()).isEqualTo("WARN");
        assertThat(read.path("mdc").path("migration").asString()).isEqualTo("0b7c");
    }

    private String encoded(LogFormat format, @Nullable Throwable thrown) {
        var event = new LoggingEvent(
                "", context.getLogger("io.drover.Some"), Level.WARN, "it is {}", thrown, new Object[] {"full"});
        event.setMDCPropertyMap(Map.of("migration", "0b7c"));
        event.setInstant(Instant.parse("2026-11-22T12:00:00Z"));
        return new String(format.encoder(context).encode(event), StandardCharsets.UTF_8);
    }
}
