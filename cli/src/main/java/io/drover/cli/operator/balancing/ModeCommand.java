package io.drover.cli.operator.balancing;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.api.BalancerDocument;
import io.drover.messages.api.request.ModeRequest;
import io.drover.scheduler.control.BalancerMode;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover mode}. */
@Command(
        name = "mode",
        header = "Show or set what the balancer does with its decisions.",
        description = {
            "off: it does not look. shadow: it decides and records. recommend: what it decides waits for drover approve."
                    + " automatic: it moves VMs.",
            "It holds for every scheduler of the fleet, from its next look on, until it is set again or cleared."
        },
        footer = {"", "Examples:", "  drover mode", "  drover mode recommend", "  drover mode --clear"})
public final class ModeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(arity = "0..1", paramLabel = "MODE", description = "off, shadow, recommend or automatic.")
    private @Nullable BalancerMode mode;

    @Option(names = "--clear", description = "Go back to what each scheduler is configured for.")
    private boolean clear;

    public ModeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (clear && mode != null) {
            throw new CommandException(ExitCode.USAGE, "--clear wants no mode");
        }
        return api.answer(
                terminal,
                client -> clear || mode != null
                        ? client.post("/balancer", new ModeRequest(mode == null ? null : mode.wireName()))
                        : client.get("/balancer"),
                (_, answer) -> print(Documents.one(answer, BalancerDocument.class)));
    }

    private void print(BalancerDocument state) {
        Instant at = state.setAt();
        terminal.out()
                .println(state.mode()
                        + (at == null
                                ? ", as configured"
                                : ", set " + Units.moment(at, terminal.zone()) + "; configured is "
                                        + state.configured()));
    }
}
