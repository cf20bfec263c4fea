package io.drover.cli.operator.balancing;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.DecisionId;
import io.drover.messages.MigrationId;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.api.PlanDocument;
import io.drover.messages.json.DroverJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code drover explain}. */
@Command(
        name = "explain",
        header = "Say of a decision what was seen, what was considered, what was refused and why, and what came of it.",
        footer = {"", "Example:", "  drover explain 5d0a2f3c-89ab-4cde-8f01-23456789abcd"})
public final class ExplainCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(paramLabel = "DECISION", converter = DecisionIdConverter.class, description = "Its id.")
    private @Nullable DecisionId id;

    public ExplainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        try (ApiClient client = api.connect()) {
            DecisionDocument decision = Documents.one(client.get("/decisions/" + id), DecisionDocument.class);
            Optional<JsonNode> plan = known(client, "/plans/" + id);
            List<JsonNode> migrations = new ArrayList<>();
            for (MigrationId move : decision.moves()) {
                known(client, "/migrations/" + move).ifPresent(migrations::add);
            }
            if (api.json()) {
                Documents.print(
                        terminal,
                        DroverJson.mapper().valueToTree(new Document(decision, plan.orElse(null), migrations)));
            } else {
                print(decision, plan, migrations);
            }
        }
        return ExitCode.OK.code();
    }

    private void print(DecisionDocument decision, Optional<JsonNode> plan, List<JsonNode> migrations)
            throws CommandException {
        PlanDocument stored = plan.isEmpty() ? null : Documents.one(plan.get(), PlanDocument.class);
        List<MigrationSummary> views = new ArrayList<>();
        for (JsonNode migration : migrations) {
            views.add(Documents.one(migration, MigrationDocument.class).migration());
        }
        new Explanation(terminal.zone(), decision, stored, views).lines().forEach(terminal.out()::println);
    }

    private static Optional<JsonNode> known(ApiClient client, String path)
            throws CommandException, InterruptedException {
        try {
            return Optional.of(client.get(path));
        } catch (CommandException e) {
            if (e.exitCode() == ExitCode.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** All that is known of the decision, for programs. */
    record Document(DecisionDocument decision, @Nullable JsonNode plan, List<JsonNode> migrations) {}
}
