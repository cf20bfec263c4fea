package io.drover.bench;

import io.drover.bench.lab.BenchLab;
import io.drover.bench.lab.LinkCut;
import io.drover.bench.report.Plot;
import io.drover.bench.report.Results;
import io.drover.bench.report.Summary;
import io.drover.bench.trial.BenchCase;
import io.drover.bench.trial.Measurement;
import io.drover.bench.trial.Variant;
import io.drover.demo.DemoFolders;
import io.drover.demo.Narrator;
import io.drover.demo.QemuProcesses;
import io.drover.messages.json.DroverJson;
import io.drover.messages.time.Clock;
import io.drover.messages.time.SystemClock;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.MissingToolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final int RAW_MEBIBYTES = 4096;

    @Parameters(
            paramLabel = "CASE",
            description = "Cases to run (default: all but slice), by name or the part of it before a dash; --list names"
                    + " them.")
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

    @Option(
            names = "--plot",
            paramLabel = "DIR",
            description = "Where to write a plot of each case, <case>.svg; what is there is replaced.")
    private @Nullable Path plots;

    @Option(names = "--raw-mib", paramLabel = "MIB", description = "Size of the image of case raw (default: 4096).")
    private int rawMebibytes = RAW_MEBIBYTES;

    @Option(
            names = "--cut",
            paramLabel = "MIB:SECONDS",
            description = "Breaks the link in each run for so long, once so much has crossed it.")
    private @Nullable String cut;

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
            return run(chosenCases());
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
                        narrator.print(String.format(Locale.ROOT, "%-20s %s", situation.name(), situation.about())));
        narrator.print("contenders: "
                + String.join(", ", Variant.all().stream().map(Variant::name).toList()));
    }

    private List<BenchCase> chosenCases() {
        List<BenchCase> chosen = new ArrayList<>();
        for (String name : cases) {
            List<BenchCase> named = BenchCase.named(name);
            if (named.isEmpty()) {
                throw new IllegalArgumentException("case '" + name + "' is unknown; --list names them");
            }
            chosen.addAll(named);
        }
        if (chosen.isEmpty()) {
            BenchCase.all().stream()
                    .filter(situation -> !situation.name().equals(BenchCase.SLICE))
                    .forEach(chosen::add);
        }
        return chosen.stream()
                .map(situation -> guestCommand.isEmpty() ? situation : situation.withCommand(guestCommand))
                .toList();
    }

    /** Those that were named, as far as they suit; where none does, and when none are named, all that are expected. */
    private List<Variant> field(BenchCase situation) {
        List<Variant> named = Variant.named(contenders).stream()
                .filter(situation.beginning()::suits)
                .toList();
        return named.isEmpty()
                ? Variant.all().stream().filter(situation::expects).toList()
                : named;
    }

    private int run(List<BenchCase> chosen) throws IOException, InterruptedException {
        if (runs < 1 || rawMebibytes < 1) {
            throw new IllegalArgumentException("--runs, --raw-mib: at least 1");
        }
        chosen.forEach(this::field);
        LinkCut broken = cut == null ? LinkCut.NONE : LinkCut.parse(cut);
        Checkout checkout = checkout();
        var folders =
                new DemoFolders(state == null ? checkout.root().resolve(".drover/bench") : state.toAbsolutePath());
        new QemuProcesses(folders).endAll();
        Guests guests = Guests.prepare(checkout);
        for (BenchCase situation : chosen) {
            narrator.say(situation.name() + ": " + situation.about());
            try (var lab = new BenchLab(folders, guests, situation, broken, clock)) {
                runCase(lab, situation);
            }
            plot(situation);
        }
        return report() ? 0 : FAILED;
    }

    private void runCase(BenchLab lab, BenchCase situation) throws IOException, InterruptedException {
        for (int number = 1; number <= runs; number++) {
            for (Variant contender : field(situation)) {
                Measurement measurement = measure(lab, situation, contender, number);
                measured.add(measurement);
                tell(measurement);
                write();
            }
        }
    }

    private Measurement measure(BenchLab lab, BenchCase situation, Variant contender, int number)
            throws InterruptedException {
        try {
            return contender instanceof Variant.Raw raw
                    ? new RawRun(lab.lab(), situation, raw, number, rawMebibytes).measure()
                    : new BenchRun(lab.lab(), situation, contender, number).measure();
        } catch (IOException | RuntimeException e) {
            // Whatever it was: a run that fails is a result too, and the others go on, with everything made anew.
            lab.giveUp();
            return Measurement.failed(situation, contender, number, reason(e));
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null || !(e instanceof IOException) ? e.toString() : message;
    }

    private void tell(Measurement measurement) {
        narrator.say(String.format(
                Locale.ROOT,
                "%s %s, run %d: %.1f s, %.0f MB, pause %.0f ms, %.3f of the writes, %s",
                measurement.situation(),
                measurement.contender(),
                measurement.run(),
                measurement.totalS(),
                measurement.wireBytes() / 1e6,
                measurement.downtimeMs(),
                measurement.achievedWrites(),
                measurement.verified()
                        ? "verified"
                        : (measurement.converged() ? "NOT VERIFIED: " : "NOT CONVERGED: ")
                                + String.join("; ", measurement.problems())));
    }

    private boolean report() {
        List<Measurement> medians = Results.medians(measured);
        narrator.print("");
        narrator.print(Results.table(medians));
        narrator.print("");
        narrator.print(Results.phases(medians));
        narrator.print("");
        Summary.of(medians).forEach(line -> narrator.print(line.toString()));
        return medians.stream().allMatch(Measurement::verified);
    }

    /** After each run, so that an end before the last one leaves something. */
    private void write() throws IOException {
        if (json != null) {
            Files.writeString(
                    json,
                    DroverJson.mapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(Results.document(measured)));
        }
    }

    private void plot(BenchCase situation) throws IOException {
        if (plots != null) {
            Files.createDirectories(plots);
            List<Measurement> medians = Results.medians(measured).stream()
                    .filter(median -> median.situation().equals(situation.name()))
                    .toList();
            Files.writeString(plots.resolve(situation.name() + ".svg"), Plot.of(situation.name(), medians));
        }
    }

    private static Checkout checkout() {
        Path root = Path.of(System.getProperty("drover.checkout", "")).toAbsolutePath();
        String cache = System.getenv("DROVER_CACHE");
        return new Checkout(root, cache == null ? root.resolve(".drover/cache") : Path.of(cache));
    }
}
