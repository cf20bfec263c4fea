package io.drover.cli.operator.migration;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.MigrationId;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationSummary;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover migrations}. */
@Command(
        name = "migrations",
        header = "List migrations, newest first, or show one with its transitions and steps.",
        footer = {
            "",
            "Examples:",
            "  drover migrations --open",
            "  drover migrations 0b7c6c0e-6d1f-4b0e-9f57-3a6f1c2f9d10"
        })
public final class MigrationsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            converter = MigrationIdConverter.class,
            description = "Show this one.")
    private @Nullable MigrationId id;

    @Option(names = "--open", description = "Leave out those that are over.")
    private boolean open;

    public MigrationsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return id == null
                ? api.answer(
                        terminal,
                        client -> client.get(open ? "/migrations?open=true" : "/migrations"),
                        (_, answer) -> print(Documents.list(answer, MigrationSummary.class)))
                : api.answer(
                        terminal,
                        client -> client.get("/migrations/" + id),
                        (_, answer) ->
                                new MigrationPage(terminal).print(Documents.one(answer, MigrationDocument.class)));
    }

    private void print(List<MigrationSummary> views) {
        Table table = Table.of("ID", "VM", "FROM", "TO", "STATE", "ROUND>", "DONE>", "RATE>", "LEFT>", "AGE>", "TOOK>");
        for (MigrationSummary view : views) {
            boolean over = MigrationLine.over(view);
            table.row(
                    view.task().id().toString(),
                    view.vmName(),
                    view.task().source().value(),
                    view.task().destination().value(),
                    MigrationLine.state(view),
                    view.bytesTotal() == 0 ? "" : Integer.toString(view.round()),
                    over ? "" : Units.percent(view.bytesDone(), view.bytesTotal()),
                    over || view.bytesPerSecond() <= 0 ? "" : Units.rate(Math.round(view.bytesPerSecond())),
                    over ? "" : MigrationLine.left(view),
                    Units.duration(
                            Duration.between(view.createdAt(), terminal.clock().now())),
                    MigrationLine.took(view));
        }
        table.print(terminal.out(), open ? "no migration is open" : "there was no migration yet");
        views.forEach(this::trouble);
    }

    /** Below the table, whose cells are short. */
    private void trouble(MigrationSummary view) {
        String trouble = MigrationLine.trouble(view, terminal.zone());
        if (!trouble.isEmpty()) {
            terminal.out().println(view.vmName() + ", " + view.task().id() + ": " + trouble);
        }
    }
}
