package io.drover.cli.operator.token;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.operator.option.DurationConverter;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.api.TokenAnswer;
import io.drover.messages.api.request.TokenRequest;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover token create}. */
@Command(
        name = "create",
        header = "Make a token and print its secret, which is kept nowhere.",
        description = {
            "read: look. operate: also move, start and stop VMs, empty hosts, set labels and limits."
                    + " administer: also take hosts over, set the balancer's mode, and make and revoke tokens.",
            "The first token is made with the database owner's login: drover schema token."
        },
        footer = {"", "Example:", "  drover token create anna --role operate --expires 90d > anna.token"})
public final class TokenCreateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(paramLabel = "NAME", description = "Whose it is, as the audit shows it.")
    private String name = "";

    @Option(names = "--role", required = true, paramLabel = "ROLE", description = "read, operate or administer.")
    private String role = "";

    @Option(
            names = "--expires",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "After this span of time it is good for nothing (default: never).")
    private @Nullable Duration expires;

    public TokenCreateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        TokenRequest request = request();
        return api.answer(
                terminal,
                client -> client.post("/tokens", request),
                (_, answer) -> terminal.out()
                        .println(Documents.one(answer, TokenAnswer.class).secret()));
    }

    private TokenRequest request() throws CommandException {
        try {
            return new TokenRequest(
                    name, role, expires == null ? null : terminal.clock().now().plus(expires));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }
}
