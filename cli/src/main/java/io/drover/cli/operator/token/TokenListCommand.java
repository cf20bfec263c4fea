package io.drover.cli.operator.token;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.api.TokenDocument;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code drover token list}. */
@Command(
        name = "list",
        header = "List the tokens, those that have expired among them.",
        footer = {"", "Example:", "  drover token list"})
public final class TokenListCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    public TokenListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return api.answer(
                terminal,
                client -> client.get("/tokens"),
                (_, answer) -> print(Documents.list(answer, TokenDocument.class)));
    }

    private void print(List<TokenDocument> tokens) {
        Table table = Table.of("TOKEN", "ROLE", "CREATED", "BY", "EXPIRES");
        for (TokenDocument token : tokens) {
            table.row(
                    token.name(),
                    token.role(),
                    token.createdAt().toString(),
                    token.createdBy(),
                    expiry(token.expiresAt()));
        }
        table.print(terminal.out(), "there is no token");
    }

    private String expiry(@Nullable Instant at) {
        if (at == null) {
            return "never";
        }
        return at.isAfter(terminal.clock().now()) ? at.toString() : "expired";
    }
}
