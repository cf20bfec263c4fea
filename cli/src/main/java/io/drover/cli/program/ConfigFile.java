package io.drover.cli.program;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names a configuration file. */
final class ConfigFile {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "Configuration, a properties file; docs/operating/configuration.md has every key.")
    private Path file = Path.of("");

    /** Makes a configuration record of settings. */
    @FunctionalInterface
    interface Reading<T> {
        T from(Settings settings) throws ConfigException;
    }

    /** The file's settings and the record made of them. */
    record Loaded<T>(Settings settings, T config) {}

    <T> Loaded<T> load(Reading<T> reading) throws CommandException {
        Settings settings = settings();
        try {
            return new Loaded<>(settings, reading.from(settings));
        } catch (ConfigException e) {
            throw new CommandException(ExitCode.USAGE, file + ": " + e.getMessage());
        }
    }

    private Settings settings() throws CommandException {
        try {
            return Settings.read(file);
        } catch (ConfigException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
