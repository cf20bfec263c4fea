package io.drover.cli.program;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a line of a program's log looks like: {@code DROVER_LOG_FORMAT}. */
enum LogFormat {
    /** For people and files: time, level, who says it, the migration it is about, the message. */
    TEXT {
        @Override
        Encoder<ILoggingEvent> unstarted(LoggerContext context) {
            var encoder = new PatternLayoutEncoder();
            encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level " + LINE);
            return encoder;
        }
    },
    /** For systemd's journal, which has the time already and takes the level as sd-daemon(3) says. */
    JOURNAL {
        @Override
        Encoder<ILoggingEvent> unstarted(LoggerContext context) {
            PatternLayout layout = new JournalLayout();
            layout.setContext(context);
            layout.setPattern(LINE);
            layout.start();
            var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
            encoder.setLayout(layout);
            return encoder;
        }
    },
    /** For programs: an object a line, the migration's id in {@code mdc.migration}. */
    JSON {
        @Override
        Encoder<ILoggingEvent> unstarted(LoggerContext context) {
            var encoder = new JsonEncoder();
            encoder.setWithSequenceNumber(false);
            encoder.setWithNanoseconds(false);
            encoder.setWithContext(false);
            encoder.setWithMessage(false);
            encoder.setWithArguments(false);
            encoder.setWithFormattedMessage(true);
            return encoder;
        }
    };

    static final String VARIABLE = "DROVER_LOG_FORMAT";
    private static final String LINE = "%logger{20} %X{migration:--} %msg%n";

    /** {@code device:inode} of the stream that systemd has connected to its journal (systemd.exec(5)). */
    private static final String JOURNAL_STREAM = "JOURNAL_STREAM";

    abstract Encoder<ILoggingEvent> unstarted(LoggerContext context);

    /** Ready for an appender. */
    Encoder<ILoggingEvent> encoder(LoggerContext context) {
        Encoder<ILoggingEvent> encoder = unstarted(context);
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    /**
     * As the environment says; else for the journal where {@code output} leads there, and text otherwise.
     *
     * @param output the process's own name of what it writes to, for example {@code /proc/self/fd/1}
     */
    static LogFormat of(Map<String, String> environment, Path output) throws CommandException {
        String wanted = environment.getOrDefault(VARIABLE, "");
        if (wanted.isEmpty()) {
            boolean toJournal = identity(output)
                    .filter(environment.getOrDefault(JOURNAL_STREAM, "")::equals)
                    .isPresent();
            return toJournal ? JOURNAL : TEXT;
        }
        return Arrays.stream(values())
                .filter(format -> format.word().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new CommandException(
                        ExitCode.USAGE,
                        VARIABLE + ": '" + wanted + "' is not one of "
                                + Arrays.stream(values()).map(LogFormat::word).collect(Collectors.joining(", "))));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A variable may be inherited by a program whose output leads elsewhere. */
    private static Optional<String> identity(Path output) {
        try {
            return Optional.of(Files.getAttribute(output, "unix:dev") + ":" + Files.getAttribute(output, "unix:ino"));
        } catch (IOException | UnsupportedOperationException e) {
            // Nothing is known of it: then it is not taken for the journal.
            return Optional.empty();
        }
    }
}
