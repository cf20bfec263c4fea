package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.api.TakeoverAnswer;
import io.drover.messages.api.request.TakeoverRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover host takeover}. */
@Command(
        name = "takeover",
        header = "Let another machine or state folder speak for a host, and shut the present one out.",
        description = {
            "For a host whose disks went into another machine, or whose state folder was lost or restored. First make"
                    + " sure that no VM of the old one runs any more: its worker ends at once, its VMs do not.",
            "Said again before another worker came, it lets in whichever comes first, the old one too."
        },
        footer = {"", "Example:", "  drover host takeover host1 --reason 'new mainboard'"})
public final class HostTakeoverCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(paramLabel = "HOST", description = "The host.")
    private String host = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why; it is kept.")
    private String reason = "";

    public HostTakeoverCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        TakeoverRequest request = request();
        return api.answer(
                terminal,
                client -> client.post("/hosts/" + ApiClient.segment(host) + "/takeover", request),
                (_, answer) -> terminal.out()
                        .println(host + " is taken from "
                                + Documents.one(answer, TakeoverAnswer.class).takenFrom()
                                + "; the next worker that starts may speak for it"));
    }

    private TakeoverRequest request() throws CommandException {
        try {
            return new TakeoverRequest(reason, System.getProperty("user.name", "somebody"));
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--reason: " + e.getMessage());
        }
    }
}
