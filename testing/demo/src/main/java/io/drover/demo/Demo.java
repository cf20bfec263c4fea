package io.drover.demo;

import io.drover.cli.api.ApiClient;
import io.drover.messages.HostId;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.json.DroverJson;
import io.drover.messages.time.Clock;
import io.drover.messages.time.SystemClock;
import io.drover.schema.Database;
import io.drover.schema.scheduler.PostgresSchedulerStore;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.MissingToolException;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./drover demo}: the main job on one VM, with its proof. */
@Command(
        name = "drover demo",
        mixinStandardHelpOptions = true,
        description = "Overloads a host, lets the scheduler move a running guest off it, and proves the result.",
        footer = {
            "",
            "Exit codes: 0 every claim holds, 1 one does not or something failed, 2 usage or a missing package."
        })
public final class Demo implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final List<DemoHost> HOSTS = List.of(
            new DemoHost(new HostId("h1"), "127.0.0.11", 0.75),
            new DemoHost(new HostId("h2"), "127.0.0.12", 0.75),
            new DemoHost(new HostId("h3"), "127.0.0.13", 0.75));

    @Option(
            names = "--evidence",
            paramLabel = "FILE",
            description = "Where to write the evidence (default: .drover/evidence.json).")
    private @Nullable Path evidenceFile;

    @Option(names = "--state", paramLabel = "DIR", description = "Folder for everything the demo writes.")
    private @Nullable Path state;

    @Option(names = "--keep", description = "Leaves everything running and says how to look at it; Ctrl-C ends it.")
    private boolean keep;

    private final Clock clock = new SystemClock();
    private final Narrator narrator = new Narrator(System.out, onTerminal(), clock);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Demo()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        Checkout checkout = checkout();
        Path root = state == null ? checkout.root().resolve(".drover/demo") : state.toAbsolutePath();
        try {
            var folders = new DemoFolders(root);
            new QemuProcesses(folders).endAll();
            folders.remove();
            folders.create(HOSTS.stream().map(DemoHost::id).toList());
            return play(folders, Guests.prepare(checkout));
        } catch (MissingToolException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return USAGE;
        } catch (IOException e) {
            narrator.print("the demo failed: " + e.getMessage());
            return FAILED;
        }
    }

    private int play(DemoFolders folders, Guests factory) throws IOException, InterruptedException {
        narrator.say("starting PostgreSQL, RabbitMQ, a scheduler and " + HOSTS.size() + " workers");
        var ending = new Teardown(new QemuProcesses(folders));
        // Whatever ends this program, Ctrl-C included: nothing that it started outlives it.
        Runtime.getRuntime().addShutdownHook(new Thread(ending::run, "ending"));
        try {
            Fleet fleet = Fleet.start(folders, HOSTS, clock, factory.bootFolder(), ending);
            boolean proven;
            try (var client = new ApiClient(fleet.api());
                    Database database = fleet.openDatabase()) {
                var stage = new DemoRun.Stage(
                        folders, HOSTS, new SchedulerApi(client), new PostgresSchedulerStore(database));
                proven = prove(new DemoRun(stage, narrator, clock), factory);
                if (keep) {
                    keepUntilStopped(fleet);
                }
            }
            ending.run();
            if (proven) {
                folders.remove();
            }
            return proven ? 0 : FAILED;
        } finally {
            ending.run();
        }
    }

    private boolean prove(DemoRun run, Guests factory) throws IOException, InterruptedException {
        try {
            run.awaitHosts();
            run.boot(factory);
            DecisionDocument decision = run.awaitDecision();
            List<MigrationDocument> migrations = new ArrayList<>();
            for (var id : decision.moves()) {
                migrations.add(run.follow(id));
            }
            var loads = run.loads(decision, migrations.getFirst());
            MigrationDocument byMirror = run.moveByMirror(migrations.getFirst());
            migrations.add(byMirror);
            List<Evidence.RetiredCopy> retired = run.retired(migrations);
            List<Evidence.DiskAtEnd> disks = List.of();
            if (!keep) {
                run.shutDown();
                disks = run.disksAtEnd();
            }
            var evidence = new Evidence(
                    clock.now(),
                    decision,
                    List.copyOf(migrations),
                    run.wireBytes(),
                    run.heartbeats(),
                    loads,
                    retired,
                    disks);
            return report(evidence);
        } finally {
            run.guests().forEach(DemoGuest::closeConsoles);
        }
    }

    private boolean report(Evidence evidence) throws IOException {
        Path file = evidenceFile == null ? checkout().root().resolve(".drover/evidence.json") : evidenceFile;
        Files.writeString(
                file, DroverJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(evidence));
        List<Check> checks = Proof.of(evidence);
        narrator.print("");
        checks.forEach(check -> narrator.print(check.line()));
        narrator.print("");
        narrator.print(ComparisonTable.of(evidence));
        if (keep) {
            narrator.print("not checked, since the guests go on running: their file systems at the end");
        }
        boolean proven = checks.stream().allMatch(Check::holds);
        narrator.print((proven ? "every claim holds" : "NOT PROVEN") + "; evidence: " + file.toAbsolutePath());
        return proven;
    }

    private void keepUntilStopped(Fleet fleet) throws InterruptedException {
        narrator.print("everything goes on running; in another terminal:");
        fleet.commandsToLook().forEach(command -> narrator.print("  " + command));
        narrator.print("Ctrl-C here ends it");
        while (true) {
            clock.sleep(Duration.ofMinutes(1));
        }
    }

    // JDK 25 gives no console again where there is no terminal.
    @SuppressWarnings("SystemConsoleNull")
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private static Checkout checkout() {
        Path root = Path.of(System.getProperty("drover.checkout", "")).toAbsolutePath();
        String cache = System.getenv("DROVER_CACHE");
        return new Checkout(root, cache == null ? root.resolve(".drover/cache") : Path.of(cache));
    }
}
