package io.drover.cli.program;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import io.drover.messages.config.Settings;
import java.net.URL;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a long-running program logs: its console, or the file DROVER_LOG_FILE; {@code -Dlogback.configurationFile} goes
 * before both.
 */
final class ProgramLog {
    private static final String FILE_VARIABLE = "DROVER_LOG_FILE";

    private ProgramLog() {}

    /** Replaces the operator's quiet logging; to be called before anything is worth logging. */
    static void start(Map<String, String> environment) throws JoranException {
        if (System.getProperty("logback.configurationFile") != null) {
            return;
        }
        String name = environment.getOrDefault(FILE_VARIABLE, "").isEmpty()
                ? "/logback-program.xml"
                : "/logback-program-file.xml";
        URL configuration = Objects.requireNonNull(ProgramLog.class.getResource(name));
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(configuration);
    }

    /** Says every key and the value in force, secrets masked. */
    static void say(String program, Settings settings) {
        Logger log = LoggerFactory.getLogger(ProgramLog.class);
        var shown = new StringBuilder();
        new TreeMap<>(settings.effective()).forEach((key, value) -> shown.append("\n  " + key + " = " + value));
        log.info("{} starts with{}", program, shown);
    }
}
