package io.drover.cli.operator.balancing;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.operator.option.NewFile;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.DecisionId;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.DecisionDocument.RefusedAlternative;
import java.nio.file.Path;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code drover decisions}. */
@Command(
        name = "decisions",
        header = "List the scheduler's decisions, newest first, or show one with what it refused and why.",
        footer = {
            "",
            "Examples:",
            "  drover decisions",
            "  drover decisions 5d0a2f3c-89ab-4cde-8f01-23456789abcd",
            "  drover decisions 5d0a2f3c-89ab-4cde-8f01-23456789abcd --snapshot odd.txt"
        })
public final class DecisionsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            converter = DecisionIdConverter.class,
            description = "Show this one.")
    private @Nullable DecisionId id;

    @Option(
            names = "--snapshot",
            paramLabel = "FILE",
            description = "Write what this decision was made from to a file, for drover plan.")
    private @Nullable Path snapshot;

    public DecisionsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (snapshot != null && id == null) {
            throw new CommandException(ExitCode.USAGE, "--snapshot wants the decision's ID");
        }
        return id == null
                ? api.answer(
                        terminal,
                        client -> client.get("/decisions"),
                        (_, answer) -> print(Documents.list(answer, DecisionDocument.class)))
                : api.answer(terminal, this::one, (_, answer) -> print(Documents.one(answer, DecisionDocument.class)));
    }

    private JsonNode one(ApiClient client) throws CommandException, InterruptedException {
        JsonNode answer = client.get("/decisions/" + id);
        if (snapshot != null) {
            NewFile.write(
                    snapshot, Documents.one(answer, DecisionDocument.class).inputs());
        }
        return answer;
    }

    private void print(List<DecisionDocument> decisions) {
        Table table = Table.of("AT", "ID", "MOVES>", "DECISION");
        for (DecisionDocument decision : decisions) {
            table.row(
                    Units.moment(decision.at(), terminal.zone()),
                    decision.id().toString(),
                    Integer.toString(decision.moves().size()),
                    decision.sentence());
        }
        table.print(terminal.out(), "nothing was decided yet");
    }

    private void print(DecisionDocument decision) {
        terminal.out().println(decision.sentence());
        terminal.out()
                .println("decided " + Units.moment(decision.at(), terminal.zone()) + " by strategy "
                        + decision.strategy());
        decision.moves().forEach(move -> terminal.out().println("posted migration " + move));
        terminal.out().println();
        terminal.out().println("refused alternatives:");
        decision.refused().forEach(alternative -> terminal.out().println("  " + plain(alternative)));
        if (decision.refused().isEmpty()) {
            terminal.out().println("  none");
        }
    }

    private static String plain(RefusedAlternative alternative) {
        var text = new StringJoiner(", ");
        text.add("code " + alternative.code());
        if (alternative.vm() != null) {
            text.add("vm " + alternative.vm());
        }
        if (alternative.host() != null) {
            text.add("host " + alternative.host());
        }
        return text.add("reason " + alternative.reason()).toString();
    }
}
