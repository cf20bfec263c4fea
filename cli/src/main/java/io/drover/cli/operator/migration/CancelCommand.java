package io.drover.cli.operator.migration;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.MigrationId;
import io.drover.messages.api.CancelAnswer;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationSummary;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code drover cancel}. */
@Command(
        name = "cancel",
        header = "Cancel a migration; the VM goes on where it is.",
        description = "Possible until the VM is handed over; after that the exit code is 5.",
        footer = {"", "Example:", "  drover cancel 0b7c6c0e-6d1f-4b0e-9f57-3a6f1c2f9d10 --wait"})
public final class CancelCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Mixin
    private WaitOptions waiting = new WaitOptions();

    @Parameters(paramLabel = "ID", converter = MigrationIdConverter.class, description = "The migration's id.")
    private MigrationId id = MigrationIdConverter.NONE;

    public CancelCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        try (ApiClient client = api.connect()) {
            JsonNode answer = client.post("/migrations/" + id + "/cancel", Map.of());
            if (waiting.wanted()) {
                return report(new MigrationWatch(terminal, client, api.json()).untilOver(id, waiting.limit()));
            }
            if (api.json()) {
                Documents.print(terminal, answer);
            } else {
                String result = Documents.one(answer, CancelAnswer.class).result();
                terminal.out().println("cancel " + result + ": " + id);
            }
            return ExitCode.OK.code();
        }
    }

    private Integer report(JsonNode end) throws CommandException {
        MigrationSummary view = Documents.one(end, MigrationDocument.class).migration();
        if (api.json()) {
            Documents.print(terminal, end);
        } else {
            terminal.out().println(MigrationLine.outcome(view));
        }
        return outcome(view).code();
    }

    private static ExitCode outcome(MigrationSummary view) {
        return switch (view.state()) {
            case CANCELLED, ROLLED_BACK, REJECTED -> ExitCode.OK;
            case COMPLETED -> ExitCode.TOO_LATE;
            case STRANDED, QUEUED, PREPARING, REPLICATING, SWITCHING, RESUMING, PULLING, FINISHING, ROLLING_BACK ->
                ExitCode.FAILED;
        };
    }
}
