package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.terminal.Terminal;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code drover drain} and {@code drover undrain}. */
public abstract sealed class DrainCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final String verb;
    private final String done;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(paramLabel = "HOST", description = "The host.")
    private String host = "";

    private DrainCommand(Terminal terminal, String verb, String done) {
        this.terminal = terminal;
        this.verb = verb;
        this.done = done;
    }

    @Override
    public Integer call() throws Exception {
        return api.answer(
                terminal,
                client -> client.post("/hosts/" + ApiClient.segment(host) + "/" + verb, Map.of()),
                (_, _) -> terminal.out().println(host + " " + done));
    }

    /** {@code drover drain}. */
    @Command(
            name = "drain",
            header = "Put a host into maintenance: it takes no VM, and the balancer empties it.",
            description = {
                "It stays so until drover undrain, whatever restarts. VMs that cannot leave stay; drover decisions"
                        + " says why. VMs that are stopped are moved last."
            },
            footer = {"", "Example:", "  drover drain host1"})
    public static final class Drain extends DrainCommand {
        public Drain(Terminal terminal) {
            super(terminal, "drain", "is in maintenance: it takes no VM, and the balancer moves away what runs there");
        }
    }

    /** {@code drover undrain}. */
    @Command(
            name = "undrain",
            header = "Take a host out of maintenance.",
            footer = {"", "Example:", "  drover undrain host1"})
    public static final class Undrain extends DrainCommand {
        public Undrain(Terminal terminal) {
            super(terminal, "undrain", "is out of maintenance, but for windows of its label drover.maintenance");
        }
    }
}
