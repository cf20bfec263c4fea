package io.drover.cli.manual;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Completions of commands and options for shells. In zsh and fish each has what its help says of it. */
final class Completion {
    private Completion() {}

    /** Without the line that says what would run it: a completion is sourced. */
    static String bash(CommandLine drover) {
        return AutoComplete.bash("drover", drover).replaceFirst("^#!.*\n", "");
    }

    static String zsh(CommandLine drover) {
        return """
                #compdef drover
                # The command that has been typed so far, and what it can go on with.
                local typed=drover word
                for word in ${words[2,CURRENT-1]}; do
                    case "$typed $word" in
                        %s) typed="$typed $word" ;;
                    esac
                done
                local -a choices
                case $typed in
                %s
                esac
                _describe drover choices || _files
                """.formatted(
                        paths(drover).map(Completion::quoted).collect(Collectors.joining(" | ")),
                        CommandTree.of(drover).stream().map(Completion::zshCase).collect(Collectors.joining("\n")));
    }

    private static String zshCase(CommandLine command) {
        Stream<String> commands = CommandTree.children(command).stream()
                .map(child -> child.getCommandName() + ":" + CommandTree.header(child));
        Stream<String> options = CommandTree.options(command).stream()
                .map(option -> option.longestName() + ":" + CommandTree.description(option));
        return "    %s) choices=(%s) ;;"
                .formatted(
                        quoted(CommandTree.name(command, " ")),
                        Stream.concat(commands, options).map(Completion::quoted).collect(Collectors.joining(" ")));
    }

    static String fish(CommandLine drover) {
        return """
                # Whether the command that has been typed so far is this one.
                function __drover_typed
                    set -l typed drover
                    for word in (commandline -opc)[2..]
                        contains -- "$typed $word" %s; and set typed "$typed $word"
                    end
                    test "$typed" = "$argv"
                end
                %s
                """.formatted(
                paths(drover).map(Completion::quoted).collect(Collectors.joining(" ")),
                CommandTree.of(drover).stream().flatMap(Completion::fishLines).collect(Collectors.joining("\n")));
    }

    private static Stream<String> fishLines(CommandLine command) {
        String start = "complete -c drover -n " + quoted("__drover_typed " + CommandTree.name(command, " "));
        Stream<String> commands = CommandTree.children(command).stream()
                .map(child -> "%s -f -a %s -d %s"
                        .formatted(start, child.getCommandName(), quoted(CommandTree.header(child))));
        Stream<String> options = CommandTree.options(command).stream()
                .map(option ->
                        "%s%s -d %s".formatted(start, fishNames(option), quoted(CommandTree.description(option))));
        return Stream.concat(commands, options);
    }

    private static String fishNames(OptionSpec option) {
        String names = Arrays.stream(option.names())
                .map(name -> name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1))
                .collect(Collectors.joining());
        return option.arity().max() > 0 ? names + " -r" : names;
    }

    private static Stream<String> paths(CommandLine drover) {
        List<CommandLine> all = CommandTree.of(drover);
        return all.subList(1, all.size()).stream().map(command -> CommandTree.name(command, " "));
    }

    /** In both shells, a text in single quotes is itself; the quote is written outside of them. */
    private static String quoted(String text) {
        return "'" + text.replace("'", "'\"'\"'") + "'";
    }
}
