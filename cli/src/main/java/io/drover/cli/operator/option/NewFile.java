package io.drover.cli.operator.option;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.text.FileProblem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that is there whole or not at all; one of that name is replaced. */
public final class NewFile {
    private NewFile() {}

    public static void write(Path file, String text) throws CommandException {
        write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    public static void write(Path file, Content content) throws CommandException {
        Path absolute = file.toAbsolutePath();
        Path half = absolute.resolveSibling(absolute.getFileName() + ".part");
        try {
            try (var out = new BufferedOutputStream(Files.newOutputStream(half))) {
                content.writeTo(out);
            }
            Files.move(half, absolute, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, "cannot write " + file + ": " + FileProblem.of(absolute, e));
        }
    }

    /** What stands in the file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }
}
