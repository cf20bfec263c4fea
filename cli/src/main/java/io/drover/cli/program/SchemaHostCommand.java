package io.drover.cli.program;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.HostId;
import io.drover.schema.HostRoles;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code drover schema host}. */
@Command(
        name = "host",
        header = "Make or renew the login of one host's worker.",
        footer = {"", "Example:", "  drover schema host host1 --config owner.properties --password-file host1.password"
        })
public final class SchemaHostCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private OwnerLogin owner = new OwnerLogin();

    @Mixin
    private PasswordFile password = new PasswordFile();

    @Parameters(paramLabel = "NAME", description = "The host's name, as in its worker's configuration.")
    private String name = "";

    public SchemaHostCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        HostId host = host();
        String secret = password.read();
        owner.change(migrator -> migrator.provisionHost(host, secret));
        terminal.out().println("the worker of " + host + " may log in as " + HostRoles.roleName(host));
        return ExitCode.OK.code();
    }

    private HostId host() throws CommandException {
        try {
            return new HostId(name);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "NAME: " + e.getMessage());
        }
    }
}
