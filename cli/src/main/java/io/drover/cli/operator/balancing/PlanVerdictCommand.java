package io.drover.cli.operator.balancing;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.DecisionId;
import io.drover.messages.api.PlanDocument;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What {@code drover approve} and {@code drover reject} have in common. */
public abstract sealed class PlanVerdictCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final String verb;
    private final String done;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(
            paramLabel = "PLAN",
            converter = DecisionIdConverter.class,
            description = "Its id, as drover plans shows it.")
    private DecisionId id = DecisionId.parse("00000000-0000-0000-0000-000000000000");

    private PlanVerdictCommand(Terminal terminal, String verb, String done) {
        this.terminal = terminal;
        this.verb = verb;
        this.done = done;
    }

    @Override
    public Integer call() throws Exception {
        return api.answer(
                terminal,
                client -> client.post("/plans/" + id + "/" + verb, Map.of()),
                (_, answer) -> terminal.out()
                        .println(done + ": " + PlansCommand.moves(Documents.one(answer, PlanDocument.class))));
    }

    /** {@code drover approve}. */
    @Command(
            name = "approve",
            header = "Post the moves of a plan that waits.",
            description = "They are checked against the cluster as it is now; where one does not hold any more none is"
                    + " posted, and the reason is shown.",
            footer = {"", "Example:", "  drover approve 5d0a2f3c-89ab-4cde-8f01-23456789abcd"})
    public static final class Approve extends PlanVerdictCommand {
        public Approve(Terminal terminal) {
            super(terminal, "approve", "approved, see drover migrations");
        }
    }

    /** {@code drover reject}. */
    @Command(
            name = "reject",
            header = "Refuse a plan that waits.",
            description = "The same moves are not proposed again before it would have expired.",
            footer = {"", "Example:", "  drover reject 5d0a2f3c-89ab-4cde-8f01-23456789abcd"})
    public static final class Reject extends PlanVerdictCommand {
        public Reject(Terminal terminal) {
            super(terminal, "reject", "rejected");
        }
    }
}
