package io.drover.cli.program;

import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.schema.SchemaMigrator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code drover schema scheduler}. */
@Command(
        name = "scheduler",
        header = "Make or renew the login of the schedulers.",
        footer = {
            "",
            "Example:",
            "  drover schema scheduler --config owner.properties --password-file scheduler.password"
        })
public final class SchemaSchedulerCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private OwnerLogin owner = new OwnerLogin();

    @Mixin
    private PasswordFile password = new PasswordFile();

    public SchemaSchedulerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        String secret = password.read();
        owner.change(migrator -> migrator.provisionScheduler(secret));
        terminal.out().println("schedulers may log in as " + SchemaMigrator.SCHEDULER_ROLE);
        return ExitCode.OK.code();
    }
}
