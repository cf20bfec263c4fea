package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.terminal.Terminal;
import io.drover.messages.time.SystemClock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class HelpTest {
    @Test
    void helpOfTheProgramNamesCommandsAndExitCodes() throws IOException {
        CommandRun run = CommandRun.of(false, "--help");
        assertThat(run.exitCode()).isZero();
        run.outIsGolden("help");
    }

    @Test
    void helpOfMigrate() throws IOException {
        CommandRun.of(false, "migrate", "--help").outIsGolden("help-migrate");
    }

    @Test
    void everyCommandHasHelpWithAnExample() {
        var terminal = new Terminal(
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(Writer.nullWriter()),
                false,
                new SystemClock(),
                ZoneOffset.UTC);
        for (CommandLine command : leaves(Drover.commandLine(terminal))) {
            String help = command.getUsageMessage();
            assertThat(help).as(command.getCommandName()).containsPattern("Examples?:");
            assertThat(help.lines()).as(command.getCommandName()).allMatch(line -> line.length() <= 100);
        }
    }

    private static List<CommandLine> leaves(CommandLine command) {
        var leaves = new ArrayList<CommandLine>();
        for (CommandLine child : command.getSubcommands().values()) {
            leaves.addAll(child.getSubcommands().isEmpty() ? List.of(child) : leaves(child));
        }
        return leaves;
    }

    @Test
    void wrongUseIsExit2AndSaysWhereHelpIs() {
        CommandRun run = CommandRun.of(false, "migrate");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("""
                drover: Missing required parameter: 'VM'
                help: drover migrate --help
                """);
    }

    @Test
    void wrongIdNamesWhatItIsNot() {
        CommandRun run = CommandRun.of(false, "cancel", "web1");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("migration id: 'web1' is not a UUID");
    }

    @Test
    void wrongSchedulerAddress() {
        CommandRun run = CommandRun.of(false, "hosts", "--scheduler", "localhost");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--scheduler: 'localhost' is not an address");
    }

    @Test
    void noCommandAtAllShowsTheUsage() {
        CommandRun run = CommandRun.of(false);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("Missing required subcommand");
    }
}
