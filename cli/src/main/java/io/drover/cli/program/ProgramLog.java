package io.drover.cli.program;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.config.Settings;
import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a long-running program logs: its console, or the file {@code DROVER_LOG_FILE}, in the {@link LogFormat} that is
 * asked for; {@code DROVER_LOG_LEVEL} sets how much of Drover's own doings is said (INFO: a line a change of state;
 * DEBUG: each QMP command and reply). {@code -Dlogback.configurationFile} goes before all of it.
 */
final class ProgramLog {
    private static final String FILE_VARIABLE = "DROVER_LOG_FILE";
    private static final String LEVEL_VARIABLE = "DROVER_LOG_LEVEL";
    private static final List<String> LEVELS = List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");
    /** Its warnings are of connections that end, at every try; Drover says once that the broker is away, and why. */
    private static final List<String> RABBIT_CONNECTIONS = List.of(
            "com.rabbitmq.client.impl.ForgivingExceptionHandler", "com.rabbitmq.client.impl.SocketFrameHandler");

    private static final Path OUTPUT = Path.of("/proc/self/fd/1");

    private ProgramLog() {}

    /** Replaces the operator's quiet logging; to be called before anything is worth logging. */
    static void start(Map<String, String> environment) throws CommandException {
        if (System.getProperty("logback.configurationFile") != null) {
            return;
        }
        LogFormat format = LogFormat.of(environment, OUTPUT);
        Level level = level(environment);
        String file = environment.getOrDefault(FILE_VARIABLE, "");
        requireWritable(file);
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        OutputStreamAppender<ILoggingEvent> appender =
                file.isEmpty() ? new ConsoleAppender<>() : rolling(file, context);
        appender.setContext(context);
        appender.setEncoder(format.encoder(context));
        appender.start();
        context.getLogger("io.drover").setLevel(level);
        RABBIT_CONNECTIONS.forEach(name -> context.getLogger(name).setLevel(Level.OFF));
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
    }

    private static Level level(Map<String, String> environment) throws CommandException {
        String wanted = environment.getOrDefault(LEVEL_VARIABLE, "INFO").toUpperCase(Locale.ROOT);
        if (!LEVELS.contains(wanted)) {
            throw new CommandException(
                    ExitCode.USAGE, LEVEL_VARIABLE + ": '" + wanted + "' is not one of " + String.join(", ", LEVELS));
        }
        return Level.valueOf(wanted);
    }

    /** A program that cannot log would run on without a word. */
    private static void requireWritable(String file) throws CommandException {
        if (file.isEmpty()) {
            return;
        }
        try {
            Files.newOutputStream(Path.of(file), StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                    .close();
        } catch (IOException e) {
            throw new CommandException(
                    ExitCode.USAGE, FILE_VARIABLE + ": cannot write " + file + ": " + FileProblem.of(Path.of(file), e));
        }
    }

    /** A file a day, two weeks, at most 1 GB. */
    private static RollingFileAppender<ILoggingEvent> rolling(String file, LoggerContext context) {
        var appender = new RollingFileAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setFile(file);
        var policy = new SizeAndTimeBasedRollingPolicy<ILoggingEvent>();
        policy.setContext(context);
        policy.setParent(appender);
        policy.setFileNamePattern(file + ".%d{yyyy-MM-dd}.%i.gz");
        policy.setMaxFileSize(FileSize.valueOf("100MB"));
        policy.setMaxHistory(14);
        policy.setTotalSizeCap(FileSize.valueOf("1GB"));
        policy.start();
        appender.setRollingPolicy(policy);
        return appender;
    }

    /** Says what the configuration sets, in one line, secrets masked; at the level DEBUG every key and the value in force. */
    static void say(String program, Settings settings) {
        Logger log = LoggerFactory.getLogger(ProgramLog.class);
        log.info("{} starts with {}", program, line(settings.given()));
        log.debug("in force: {}", line(settings.effective()));
    }

    private static String line(Map<String, String> keys) {
        return new TreeMap<>(keys)
                .entrySet().stream()
                        .map(key -> key.getKey() + " = " + key.getValue())
                        .collect(Collectors.joining(", "));
    }
}
