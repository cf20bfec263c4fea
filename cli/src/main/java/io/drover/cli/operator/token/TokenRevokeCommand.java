package io.drover.cli.operator.token;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.api.TokenDocument;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code drover token revoke}. */
@Command(
        name = "revoke",
        header = "Make a token good for nothing, from the next request on.",
        footer = {"", "Example:", "  drover token revoke anna"})
public final class TokenRevokeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(paramLabel = "NAME", description = "The token's name.")
    private String name = "";

    public TokenRevokeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return api.answer(
                terminal,
                client -> client.post("/tokens/" + ApiClient.segment(name) + "/revoke", Map.of()),
                (_, answer) -> terminal.out()
                        .println("token "
                                + Documents.one(answer, TokenDocument.class).name() + " is revoked"));
    }
}
