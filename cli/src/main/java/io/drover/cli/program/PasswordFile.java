package io.drover.cli.program;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.InputFile;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A password read from a file: an argument would show in every list of processes. */
final class PasswordFile {
    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            required = true,
            description = "Its first line is the password the program will log in with.")
    private Path file = Path.of("");

    String read() throws CommandException {
        String password = InputFile.text(file).lines().findFirst().orElse("");
        if (password.isBlank()) {
            throw new CommandException(ExitCode.USAGE, file + ": the first line is empty");
        }
        if (password.chars().anyMatch(Character::isISOControl)) {
            throw new CommandException(ExitCode.USAGE, file + ": the first line holds a control character");
        }
        return password;
    }
}
