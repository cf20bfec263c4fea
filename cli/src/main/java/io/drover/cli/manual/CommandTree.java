package io.drover.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The commands of the program, those for people. */
final class CommandTree {
    private CommandTree() {}

    static CommandLine rootOf(@Nullable CommandSpec command) {
        return Objects.requireNonNull(command, "run by picocli").root().commandLine();
    }

    /** The command and all below it. */
    static List<CommandLine> of(CommandLine command) {
        var all = new ArrayList<>(List.of(command));
        children(command).forEach(child -> all.addAll(of(child)));
        return all;
    }

    static List<CommandLine> children(CommandLine command) {
        return command.getSubcommands().values().stream()
                .filter(child -> !child.getCommandSpec().usageMessage().hidden())
                .toList();
    }

    static List<OptionSpec> options(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .toList();
    }

    /** For example {@code drover pki init}. */
    static String name(CommandLine command, String separator) {
        return command.getCommandSpec().qualifiedName(separator);
    }

    static String header(CommandLine command) {
        return text(command.getCommandSpec().usageMessage().header());
    }

    static String description(ArgSpec argument) {
        return text(argument.description());
    }

    /** As the help shows it: picocli's texts are formats with markup. */
    static String text(String... lines) {
        return Ansi.OFF.string(String.format(String.join(" ", lines)));
    }
}
