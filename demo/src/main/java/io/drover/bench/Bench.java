package io.drover.bench;

import io.drover.cli.api.ApiClient;
import io.drover.demo.DemoFolders;
import io.drover.demo.Ending;
import io.drover.demo.Machines;
import io.drover.demo.Narrator;
import io.drover.demo.SchedulerApi;
import io.drover.messages.json.DroverJson;
import io.drover.messages.time.Clock;
import io.drover.messages.time.SystemClock;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.MissingToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./dev bench}: contenders in turn, case by case. Runs in a network namespace of its own. */
@Command(
        name = "dev bench",
        mixinStandardHelpOptions = true,
        description = "Measures replication algorithms and QEMU's own mirror over a shaped link between two hosts.",
        footer = {
            "",
            "Exit codes: 0 everything was measured and verified, 1 something was not, 2 usage or a missing package."
        })
public final class Bench implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final Duration HOSTS_LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(200);

    @Parameters(paramLabel = "CASE", description = "Cases to run (default: all but slice); --list names them.")
    private List<String> cases = new ArrayList<>();

    @Option(names = "--contenders", split = ",", paramLabel = "NAME", description = "Contenders (default: all).")
    private List<String> contenders = new ArrayList<>();

    @Option(names = "--runs", paramLabel = "N", description = "Runs of each contender, in turn (default: 5).")
    private int runs = 5;

    @Option(names = "--json", paramLabel = "FILE", description = "Where to write medians and runs.")
    private @Nullable Path json;

    @Option(
            names = "--guest-command",
            paramLabel = "SHELL",
            description =
                    "A load of your own: run by the guest's shell (busybox) inside its data disk, from the start.")
    private String guestCommand = "";

    @Option(names = "--state", paramLabel = "DIR", description = "Folder for everything the bench writes.")
    private @Nullable Path state;

    @Option(names = "--list", description = "Names cases and contenders, and ends.")
    private boolean list;

    private final Clock clock = new SystemClock();
    private final Narrator narrator = new Narrator(System.out, false, clock);
    private final List<Measurement> measured = new ArrayList<>();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench()).execute(arguments));
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            if (list) {
                names();
                return 0;
            }
            return run(chosenCases(), contenders.isEmpty() ? Contender.all() : Contender.named(contenders));
        } catch (MissingToolException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return USAGE;
        } catch (IOException e) {
            narrator.print("the benchmark failed: " + e.getMessage());
            return FAILED;
        }
    }

    private void names() {
        BenchCase.all()
                .forEach(situation ->
                        narrator.print(String.format(Locale.ROOT, "%-12s %s", situation.name(), situation.about())));
        narrator.print("contenders: "
                + String.join(
                        ", ", Contender.all().stream().map(Contender::name).toList()));
    }

    private List<BenchCase> chosenCases() {
        List<BenchCase> chosen = new ArrayList<>();
        for (String name : cases) {
            chosen.add(BenchCase.named(name)
                    .orElseThrow(
                            () -> new IllegalArgumentException("case '" + name + "' is unknown; --list names them")));
        }
        if (chosen.isEmpty()) {
            BenchCase.all().stream()
                    .filter(situation -> !situation.name().equals("slice"))
                    .forEach(chosen::add);
        }
        return chosen.stream()
                .map(situation -> guestCommand.isEmpty() ? situation : situation.withCommand(guestCommand))
                .toList();
    }

    private int run(List<BenchCase> chosen, List<Contender> field) throws IOException, InterruptedException {
        if (runs < 1) {
            throw new IllegalArgumentException("--runs: at least 1");
        }
        Checkout checkout = checkout();
        var folders =
                new DemoFolders(state == null ? checkout.root().resolve(".drover/bench") : state.toAbsolutePath());
        var machines = new Machines(folders);
        machines.endAll();
        folders.remove();
        folders.create(List.of(Lab.SOURCE, Lab.DESTINATION));
        Guests guests = Guests.prepare(checkout);
        for (BenchCase situation : chosen) {
            folders.remove();
            folders.create(List.of(Lab.SOURCE, Lab.DESTINATION));
            runCase(folders, guests, situation, field);
            write();
        }
        return report() ? 0 : FAILED;
    }

    private void runCase(DemoFolders folders, Guests guests, BenchCase situation, List<Contender> field)
            throws IOException, InterruptedException {
        narrator.say(situation.name() + ": " + situation.about());
        var ending = new Ending(new Machines(folders));
        Thread hook = new Thread(ending::run, "ending");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            HostNetwork network = HostNetwork.join(situation.bitsPerSecond(), clock);
            ending.add(network::close);
            BenchFleet fleet = BenchFleet.start(folders, ending);
            fleet.startWorkers(network, situation.bitsPerSecond());
            try (var client = new ApiClient(fleet.api())) {
                var lab = new Lab(folders, network, new SchedulerApi(client), guests, clock);
                awaitHosts(lab);
                for (int number = 1; number <= runs; number++) {
                    for (Contender contender : field) {
                        measure(lab, situation, contender, number);
                    }
                }
            }
        } finally {
            ending.run();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** Until the scheduler answers and both workers have registered. */
    private void awaitHosts(Lab lab) throws IOException, InterruptedException {
        Duration end = clock.elapsed().plus(HOSTS_LIMIT);
        while (registered(lab) < 2) {
            if (clock.elapsed().compareTo(end) > 0) {
                throw new IOException(
                        "the workers did not register; see " + lab.folders().logs());
            }
            clock.sleep(POLL);
        }
    }

    private static int registered(Lab lab) throws InterruptedException {
        try {
            return lab.api().hosts().size();
        } catch (IOException e) {
            return 0; // the scheduler does not listen yet
        }
    }

    /** A run that fails is a result too: the others go on. */
    private void measure(Lab lab, BenchCase situation, Contender contender, int number)
            throws IOException, InterruptedException {
        Measurement measurement = new BenchRun(lab, situation, contender, number).measure();
        measured.add(measurement);
        narrator.say(String.format(
                Locale.ROOT,
                "%s %s, run %d: %.1f s, %.0f MB, pause %.0f ms, %.3f of the writes, %s",
                situation.name(),
                contender.name(),
                number,
                measurement.totalS(),
                measurement.wireBytes() / 1e6,
                measurement.downtimeMs(),
                measurement.achievedWrites(),
                measurement.verified() ? "verified" : String.join("; ", measurement.problems())));
    }

    private boolean report() {
        List<Measurement> medians = Results.medians(measured);
        narrator.print("");
        narrator.print(Results.table(medians));
        narrator.print("");
        narrator.print(Results.phases(medians));
        return medians.stream().allMatch(Measurement::verified);
    }

    /** After each case, so that an end before the last one leaves something. */
    private void write() throws IOException {
        if (json != null) {
            Files.writeString(
                    json,
                    DroverJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(Results.medians(measured)));
        }
    }

    private static Checkout checkout() {
        Path root = Path.of(System.getProperty("drover.checkout", "")).toAbsolutePath();
        String cache = System.getenv("DROVER_CACHE");
        return new Checkout(root, cache == null ? root.resolve(".drover/cache") : Path.of(cache));
    }
}
