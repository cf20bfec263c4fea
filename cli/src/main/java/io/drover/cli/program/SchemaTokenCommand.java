package io.drover.cli.program;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.access.ApiRole;
import io.drover.messages.access.ApiToken;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover schema token}. */
@Command(
        name = "token",
        header = "Make the first token of the HTTP API and print its secret, which is kept nowhere.",
        description = "All further ones are made by drover token create, with a token whose role is administer.",
        footer = {"", "Example:", "  drover schema token admin --config owner.properties > admin.token"})
public final class SchemaTokenCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private OwnerLogin owner = new OwnerLogin();

    @Parameters(paramLabel = "NAME", description = "Whose it is, as the audit shows it.")
    private String name = "";

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "administer",
            description = "read, operate or administer (default: administer).")
    private String role = "";

    @Option(names = "--replace", description = "Revoke the token that has this name, for one whose secret was lost.")
    private boolean replace;

    public SchemaTokenCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        ApiRole wanted;
        try {
            ApiToken.name(name);
            wanted = ApiRole.of(role);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
        var secret = ApiToken.make(new SecureRandom());
        var created = new AtomicBoolean();
        owner.change(migrator -> created.set(migrator.createToken(name, secret, wanted, replace)));
        if (!created.get()) {
            throw new CommandException(
                    ExitCode.REFUSED, "there is a token " + name + ": revoke it first, or give --replace");
        }
        terminal.out().println(secret.text());
        return ExitCode.OK.code();
    }
}
