package io.drover.cli.operator.balancing;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.api.PlanDocument;
import io.drover.messages.api.PlanDocument.State;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover plans}. */
@Command(
        name = "plans",
        header = "List the plans that wait for a person, or with --all those that did, and those in shadow.",
        footer = {"", "Examples:", "  drover plans", "  drover plans --all"})
public final class PlansCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--all", description = "Whatever became of them.")
    private boolean all;

    public PlansCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return api.answer(
                terminal,
                client -> client.get("/plans"),
                (_, answer) -> print(Documents.list(answer, PlanDocument.class).stream()
                        .filter(plan -> all || plan.state() == State.WAITING)
                        .toList()));
    }

    private void print(List<PlanDocument> plans) {
        Table table = Table.of("PLAN", "STATE", "UNTIL", "SENDS>", "MOVES");
        for (PlanDocument plan : plans) {
            table.row(
                    plan.decision().toString(),
                    plan.state().name().toLowerCase(Locale.ROOT),
                    Units.moment(plan.expiresAt(), terminal.zone()),
                    Units.bytes(plan.moves().stream()
                            .mapToLong(PlanDocument.PlannedMove::bytes)
                            .sum()),
                    moves(plan));
        }
        table.print(terminal.out(), all ? "no plan yet" : "no plan waits");
    }

    static String moves(PlanDocument plan) {
        return plan.moves().stream()
                .map(move -> move.name() + " " + move.source() + " to " + move.destination())
                .collect(Collectors.joining(", "));
    }
}
