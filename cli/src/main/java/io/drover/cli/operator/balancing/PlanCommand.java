package io.drover.cli.operator.balancing;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.InputFile;
import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.json.DroverJson;
import io.drover.scheduler.balancing.BalancingStrategy;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.strategies.BalancingStrategies;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.SnapshotText;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover plan}. */
@Command(
        name = "plan",
        header = "Decide again over a stored snapshot, offline, and show the plan.",
        description = {
            "The same strategy and the same limits as the scheduler's; nothing is posted and nobody is asked.",
            "Get a snapshot by drover decisions ID --snapshot FILE; change a line to ask what would be then."
        },
        footer = {"", "Examples:", "  drover plan odd.txt", "  drover plan odd.txt --json"})
public final class PlanCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "SNAPSHOT", description = "The file.")
    private Path file = Path.of("");

    @Option(names = "--strategy", paramLabel = "NAME", description = "The strategy (default: the scheduler's).")
    private String strategy = BalancingStrategies.names().getFirst();

    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    public PlanCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        BalancingStrategy chosen = chosen();
        ClusterSnapshot snapshot = snapshot();
        Plan plan = MoveGuard.balancing().check(snapshot, chosen.plan(snapshot));
        if (json) {
            terminal.out()
                    .println(DroverJson.mapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(Document.of(snapshot, chosen, plan)));
        } else {
            print(snapshot, plan);
        }
        return ExitCode.OK.code();
    }

    private BalancingStrategy chosen() throws CommandException {
        try {
            return BalancingStrategies.named(strategy);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--" + e.getMessage());
        }
    }

    private ClusterSnapshot snapshot() throws CommandException {
        String text = InputFile.text(file);
        try {
            return SnapshotText.read(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, file + ", " + e.getMessage());
        }
    }

    private void print(ClusterSnapshot snapshot, Plan plan) {
        terminal.out()
                .println("snapshot of " + Units.moment(snapshot.at(), terminal.zone()) + ": hosts "
                        + snapshot.hosts().size() + ", VMs "
                        + snapshot.vms().size() + ", migrations under way "
                        + snapshot.inFlight().size());
        terminal.out().println(plan.sentence());
        terminal.out().println();
        moves(plan.moves());
        terminal.out().println();
        terminal.out().println("refused alternatives:");
        plan.refused().forEach(refusal -> terminal.out().println("  " + line(refusal)));
        if (plan.refused().isEmpty()) {
            terminal.out().println("  none");
        }
    }

    private void moves(List<Move> moves) {
        Table table = Table.of("VM", "FROM", "TO", "SENDS>", "WHY");
        for (Move move : moves) {
            table.row(
                    move.vm().name(),
                    move.source().value(),
                    move.destination().value(),
                    Units.bytes(move.vm().moveBytes()),
                    move.reason());
        }
        table.print(terminal.out(), "no move");
    }

    private static String line(Refusal refusal) {
        String code = refusal.code().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String vm = Objects.requireNonNullElse(refusal.vm(), "");
        String host = refusal.host() == null ? "" : (vm.isEmpty() ? "" : " to ") + refusal.host();
        String about = vm + host;
        return code + (about.isEmpty() ? "" : ", " + about) + ": " + refusal.reason();
    }

    /** The plan for programs. */
    record Document(Instant at, String strategy, String sentence, List<MoveDocument> moves, List<Refusal> refused) {
        static Document of(ClusterSnapshot snapshot, BalancingStrategy strategy, Plan plan) {
            return new Document(
                    snapshot.at(),
                    strategy.name(),
                    plan.sentence(),
                    plan.moves().stream().map(MoveDocument::of).toList(),
                    plan.refused());
        }
    }

    record MoveDocument(String vm, String source, String destination, long bytes, String reason) {
        static MoveDocument of(Move move) {
            return new MoveDocument(
                    move.vm().name(),
                    move.source().value(),
                    move.destination().value(),
                    move.vm().moveBytes(),
                    move.reason());
        }
    }
}
