package io.drover.cli;

import io.drover.cli.doctor.DoctorCommand;
import io.drover.cli.manual.ManualCommand;
import io.drover.cli.operator.balancing.DecisionsCommand;
import io.drover.cli.operator.balancing.ExplainCommand;
import io.drover.cli.operator.balancing.ModeCommand;
import io.drover.cli.operator.balancing.PlanCommand;
import io.drover.cli.operator.balancing.PlanVerdictCommand;
import io.drover.cli.operator.balancing.PlansCommand;
import io.drover.cli.operator.balancing.RecordCommand;
import io.drover.cli.operator.fleet.DrainCommand;
import io.drover.cli.operator.fleet.HostCommand;
import io.drover.cli.operator.fleet.HostTakeoverCommand;
import io.drover.cli.operator.fleet.HostsCommand;
import io.drover.cli.operator.fleet.LabelCommand;
import io.drover.cli.operator.fleet.LimitCommand;
import io.drover.cli.operator.fleet.VmCommand;
import io.drover.cli.operator.fleet.VmDefineCommand;
import io.drover.cli.operator.fleet.VmPowerCommand;
import io.drover.cli.operator.fleet.VmsCommand;
import io.drover.cli.operator.migration.CancelCommand;
import io.drover.cli.operator.migration.MigrateCommand;
import io.drover.cli.operator.migration.MigrationsCommand;
import io.drover.cli.operator.token.TokenCommand;
import io.drover.cli.operator.token.TokenCreateCommand;
import io.drover.cli.operator.token.TokenListCommand;
import io.drover.cli.operator.token.TokenRevokeCommand;
import io.drover.cli.pki.PkiCommand;
import io.drover.cli.pki.PkiInitCommand;
import io.drover.cli.pki.PkiIssueCommand;
import io.drover.cli.program.SchedulerProgram;
import io.drover.cli.program.SchemaCommand;
import io.drover.cli.program.SchemaHostCommand;
import io.drover.cli.program.SchemaMigrateCommand;
import io.drover.cli.program.SchemaSchedulerCommand;
import io.drover.cli.program.SchemaTokenCommand;
import io.drover.cli.program.WorkerProgram;
import io.drover.cli.simulate.SimulateCommand;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.time.SystemClock;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The {@code drover} program. */
@Command(
        name = "drover",
        header = "Moves running virtual machines, with their local disks and swap, off overloaded hosts.",
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        footer = {"", "Help for a command: drover COMMAND --help"})
public final class Drover {
    private Drover() {}

    /** Ends the process with one of {@link ExitCode}. */
    public static void main(String[] arguments) {
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        var terminal = new Terminal(out, err, interactive(), new SystemClock(), ZoneId.systemDefault());
        System.exit(commandLine(terminal).execute(arguments));
    }

    /** The whole tree of commands, wired to a terminal. */
    static CommandLine commandLine(Terminal terminal) {
        var vm = new CommandLine(new VmCommand())
                .addSubcommand(new VmDefineCommand(terminal))
                .addSubcommand(new VmPowerCommand.Start(terminal))
                .addSubcommand(new VmPowerCommand.Stop(terminal));
        var host = new CommandLine(new HostCommand()).addSubcommand(new HostTakeoverCommand(terminal));
        var schema = new CommandLine(new SchemaCommand())
                .addSubcommand(new SchemaMigrateCommand(terminal))
                .addSubcommand(new SchemaHostCommand(terminal))
                .addSubcommand(new SchemaSchedulerCommand(terminal))
                .addSubcommand(new SchemaTokenCommand(terminal));
        var token = new CommandLine(new TokenCommand())
                .addSubcommand(new TokenCreateCommand(terminal))
                .addSubcommand(new TokenListCommand(terminal))
                .addSubcommand(new TokenRevokeCommand(terminal));
        var pki = new CommandLine(new PkiCommand())
                .addSubcommand(new PkiInitCommand(terminal))
                .addSubcommand(new PkiIssueCommand(terminal));
        var drover = new CommandLine(new Drover())
                .addSubcommand(new HostsCommand(terminal))
                .addSubcommand(host)
                .addSubcommand(new VmsCommand(terminal))
                .addSubcommand(new MigrationsCommand(terminal))
                .addSubcommand(new MigrateCommand(terminal))
                .addSubcommand(new CancelCommand(terminal))
                .addSubcommand(new LimitCommand(terminal))
                .addSubcommand(new LabelCommand(terminal))
                .addSubcommand(new DrainCommand.Drain(terminal))
                .addSubcommand(new DrainCommand.Undrain(terminal))
                .addSubcommand(vm)
                .addSubcommand(token)
                .addSubcommand(new DecisionsCommand(terminal))
                .addSubcommand(new ExplainCommand(terminal))
                .addSubcommand(new ModeCommand(terminal))
                .addSubcommand(new PlansCommand(terminal))
                .addSubcommand(new PlanVerdictCommand.Approve(terminal))
                .addSubcommand(new PlanVerdictCommand.Reject(terminal))
                .addSubcommand(new SimulateCommand(terminal))
                .addSubcommand(new PlanCommand(terminal))
                .addSubcommand(new RecordCommand(terminal))
                .addSubcommand(new DoctorCommand(terminal))
                .addSubcommand(new SchedulerProgram())
                .addSubcommand(new WorkerProgram())
                .addSubcommand(schema)
                .addSubcommand(pki)
                .addSubcommand(new ManualCommand());
        return configured(drover, terminal);
    }

    private static CommandLine configured(CommandLine drover, Terminal terminal) {
        drover.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        drover.setOut(terminal.out())
                .setErr(terminal.err())
                .setUsageHelpWidth(100)
                .setUsageHelpAutoWidth(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((e, given) -> misused(e, terminal))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(e, terminal));
        addHelp(drover);
        drover.getCommandSpec()
                .versionProvider(new Version())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version.")
                        .build());
        return drover;
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec()
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Show this help.")
                        .build());
        command.getSubcommands().values().forEach(Drover::addHelp);
    }

    private static Map<String, String> exitCodes() {
        var codes = new LinkedHashMap<String, String>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(Integer.toString(code.code()), code.meaning());
        }
        return codes;
    }

    private static int misused(ParameterException e, Terminal terminal) {
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        terminal.err().println("drover: " + e.getMessage());
        terminal.err().println("help: " + command + " --help");
        return ExitCode.USAGE.code();
    }

    /** The top of the command's thread: what nobody expected ends here. */
    private static int failed(Exception e, Terminal terminal) {
        if (e instanceof CommandException refused) {
            terminal.err().println("drover: " + refused.getMessage());
            return refused.exitCode().code();
        }
        terminal.err().println("drover: a defect of Drover; please report it with this:");
        e.printStackTrace(terminal.err());
        return ExitCode.INTERNAL.code();
    }

    // JDK 25 gives no console again where there is no terminal.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean interactive() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
