package io.drover.cli.terminal;

import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that the command line names. */
public final class InputFile {
    private InputFile() {}

    /** Its text, in UTF-8; where that fails the message is for example {@code cannot read web1.json: no such file}. */
    public static String text(Path file) throws CommandException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Its first bytes, {@code most} of them and one more, so that a longer file is seen to be longer. */
    public static byte[] bytes(Path file, int most) throws CommandException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(most + 1);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static CommandException unreadable(Path file, IOException e) {
        return new CommandException(ExitCode.USAGE, "cannot read " + file + ": " + FileProblem.of(file, e));
    }
}
