package io.drover.cli.manual;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code drover manual}: for those who make packages, so no help names it. */
@Command(
        name = "manual",
        hidden = true,
        header = "Write pages for man, and completions for bash, zsh and fish, as files below a folder.",
        footer = {"", "Example:", "  drover manual --out /tmp/manual"})
public final class ManualCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec self;

    @Option(names = "--out", paramLabel = "FOLDER", required = true, description = "The folder; made if missing.")
    private Path folder = Path.of("");

    @Override
    public Integer call() throws CommandException {
        CommandLine drover = CommandTree.rootOf(self);
        try {
            for (CommandLine command : CommandTree.of(drover)) {
                write("man1/" + CommandTree.name(command, "-") + ".1", ManualPage.of(command));
            }
            write("bash/drover", Completion.bash(drover));
            write("zsh/_drover", Completion.zsh(drover));
            write("fish/drover.fish", Completion.fish(drover));
        } catch (IOException e) {
            throw new CommandException(ExitCode.FAILED, "cannot write below " + folder + ": " + FileProblem.told(e));
        }
        return ExitCode.OK.code();
    }

    private void write(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
