package io.drover.cli.manual;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command's page of the manual, in the language of man(7), of what its help is made of. */
final class ManualPage {
    private final CommandLine command;
    private final CommandSpec spec;
    private final StringBuilder page = new StringBuilder();

    private ManualPage(CommandLine command) {
        this.command = command;
        this.spec = command.getCommandSpec();
    }

    static String of(CommandLine command) {
        return new ManualPage(command).written();
    }

    private String written() {
        title();
        verbatim("SYNOPSIS", new Help(spec, Help.defaultColorScheme(Ansi.OFF)).synopsis(0));
        description();
        arguments();
        commands();
        exitCodes();
        examples();
        seeAlso();
        return page.toString();
    }

    private void title() {
        String name = CommandTree.name(command, "-");
        String version = String.join(" ", spec.root().version());
        page.append(".TH \"" + escaped(name.toUpperCase(Locale.ROOT)) + "\" 1 \"\" \"" + version + "\" \"Drover\"\n");
        section("NAME");
        paragraph(name + " - " + CommandTree.header(command));
    }

    private void description() {
        String[] lines = spec.usageMessage().description();
        if (lines.length > 0) {
            section("DESCRIPTION");
            paragraph(CommandTree.text(lines));
        }
    }

    private void arguments() {
        List<OptionSpec> options = CommandTree.options(command);
        List<PositionalParamSpec> positions = spec.positionalParameters();
        if (!positions.isEmpty()) {
            section("ARGUMENTS");
            positions.forEach(position -> entry(italic(position.paramLabel()), CommandTree.description(position)));
        }
        if (!options.isEmpty()) {
            section("OPTIONS");
            options.forEach(option -> entry(names(option), CommandTree.description(option)));
        }
    }

    private static String names(OptionSpec option) {
        String names = String.join(
                ", ", Arrays.stream(option.names()).map(ManualPage::bold).toList());
        return takesValue(option) ? names + "=" + italic(option.paramLabel()) : names;
    }

    private static boolean takesValue(ArgSpec argument) {
        return argument.arity().max() > 0;
    }

    private void commands() {
        List<CommandLine> children = CommandTree.children(command);
        if (!children.isEmpty()) {
            section("COMMANDS");
            children.forEach(child -> entry(bold(CommandTree.name(child, " ")), CommandTree.header(child)));
        }
    }

    private void exitCodes() {
        Map<String, String> codes = spec.usageMessage().exitCodeList();
        if (!codes.isEmpty()) {
            section("EXIT STATUS");
            codes.forEach((code, meaning) -> entry(bold(code), meaning));
        }
    }

    /** The footer of a help begins with an empty line and the word for it. */
    private void examples() {
        List<String> lines = Arrays.stream(spec.usageMessage().footer())
                .dropWhile(String::isEmpty)
                .toList();
        if (!lines.isEmpty() && lines.getFirst().startsWith("Example")) {
            verbatim("EXAMPLES", String.join("\n", lines.subList(1, lines.size())));
        }
    }

    private void seeAlso() {
        section("SEE ALSO");
        if (spec.parent() == null) {
            paragraph("The operating manual: /usr/share/doc/drover-runtime/operating/README.md");
        } else {
            page.append(bold(spec.parent().qualifiedName("-")) + "(1)\n");
        }
    }

    private void section(String name) {
        page.append(".SH " + name + "\n");
    }

    private void paragraph(String text) {
        page.append(escaped(text) + "\n");
    }

    private void entry(String term, String text) {
        page.append(".TP\n" + term + "\n" + escaped(text) + "\n");
    }

    private void verbatim(String name, String text) {
        section(name);
        page.append(".nf\n");
        text.lines().forEach(line -> page.append(escaped(line) + "\n"));
        page.append(".fi\n");
    }

    private static String bold(String text) {
        return "\\fB" + escaped(text) + "\\fR";
    }

    private static String italic(String text) {
        return "\\fI" + escaped(text) + "\\fR";
    }

    /** A line that begins with a dot or a quote would be a request. */
    private static String escaped(String text) {
        String safe = text.replace("\\", "\\e").replace("-", "\\-");
        return safe.startsWith(".") || safe.startsWith("'") ? "\\&" + safe : safe;
    }
}
