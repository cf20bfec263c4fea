package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.operator.option.RateConverter;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.api.LinkLimitDocument;
import io.drover.messages.api.request.LinkLimitRequest;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code drover limit}. */
@Command(
        name = "limit",
        header = "Show or set what a host's migrations may use of its link.",
        description = "Migrations under way follow within seconds; disks and memory share the limit.",
        footer = {
            "",
            "Examples:",
            "  drover limit",
            "  drover limit host1 40MB",
            "  drover limit host1 200Mbit",
            "  drover limit host1 --clear"
        })
public final class LimitCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(arity = "0..1", index = "0", paramLabel = "HOST", description = "The host.")
    private @Nullable String host;

    @Parameters(
            arity = "0..1",
            index = "1",
            paramLabel = "RATE",
            converter = RateConverter.class,
            description = "A second's worth: 40MB, 500kB or 1GB of bytes, or 200Mbit, 1Gbit.")
    private @Nullable Long bytesPerSecond;

    @Option(names = "--clear", description = "Go back to what the host's worker is configured for.")
    private boolean clear;

    public LimitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (clear && (host == null || bytesPerSecond != null)) {
            throw new CommandException(ExitCode.USAGE, "--clear wants a host and no rate");
        }
        return api.answer(
                terminal,
                client -> clear || bytesPerSecond != null ? set(client, String.valueOf(host)) : client.get("/limits"),
                (_, answer) -> print(
                        answer.isArray() ? shown(answer) : List.of(Documents.one(answer, LinkLimitDocument.class))));
    }

    private JsonNode set(ApiClient client, String name) throws CommandException, InterruptedException {
        return client.post("/hosts/" + ApiClient.segment(name) + "/limit", new LinkLimitRequest(bytesPerSecond));
    }

    private List<LinkLimitDocument> shown(JsonNode answer) throws CommandException {
        List<LinkLimitDocument> all = Documents.list(answer, LinkLimitDocument.class);
        if (host == null) {
            return all;
        }
        List<LinkLimitDocument> one =
                all.stream().filter(limit -> limit.host().value().equals(host)).toList();
        if (one.isEmpty()) {
            throw new CommandException(ExitCode.NOT_FOUND, "no host " + host + " is known");
        }
        return one;
    }

    private void print(List<LinkLimitDocument> limits) {
        Table table = Table.of("HOST", "LINK>", "LIMIT>");
        for (LinkLimitDocument limit : limits) {
            Long set = limit.limitBytesPerSecond();
            table.row(limit.host().value(), Units.rate(limit.linkBytesPerSecond()), set == null ? "" : Units.rate(set));
        }
        table.print(terminal.out(), "no host has registered yet");
    }
}
