package io.drover.cli.simulate;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.json.DroverJson;
import io.drover.messages.text.FileProblem;
import io.drover.simulator.SimulationException;
import io.drover.simulator.SimulationResult;
import io.drover.simulator.SimulationRules;
import io.drover.simulator.rules.RuleBook;
import io.drover.simulator.trace.LoadTrace;
import io.drover.simulator.trace.SyntheticTrace;
import io.drover.simulator.trace.TraceException;
import io.drover.simulator.trace.TraceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code drover simulate}. */
@Command(
        name = "simulate",
        header = "Play scheduling policies over load traces and show what each makes of them.",
        description = {
            "A trace is a .csv.gz file: a line a VM, its name and then its CPU use in whole percent, one field a"
                    + " sample. Policies of the rules 'cloudsim': (thr|mad|iqr|lr)-(mmt|mu|rs|mc)-PARAMETER, dvfs,"
                    + " drover[-DEVIATIONS-FILL]. Of the rules 'local-disk', where moves take as long as their bytes: none,"
                    + " drover, and the decision rules of other balancers; an unknown name lists them."
        },
        footer = {
            "",
            "Examples:",
            "  drover simulate --traces 20110303.csv.gz --rules cloudsim --policy lr-mmt-1.2,drover",
            "  drover simulate --traces days/ --rules cloudsim --policy drover --json drover.json --plot charts/",
            "  drover simulate --synthetic 2000 --rules local-disk --policy none,xen-orchestra,drover"
        })
public final class SimulateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Option(names = "--traces", paramLabel = "PATH", description = "A trace, or a folder of traces.")
    private @Nullable Path traces;

    @Option(
            names = "--synthetic",
            paramLabel = "VMS",
            description = "Instead of traces, a day of so many VMs from the seed.")
    private @Nullable Integer synthetic;

    @Option(
            names = "--rules",
            defaultValue = "cloudsim",
            paramLabel = "NAME",
            description =
                    "Rules of the simulation: cloudsim, local-disk (cloudsim); stock and honest are their old names.")
    private String rules = "cloudsim";

    @Option(
            names = "--policy",
            required = true,
            split = ",",
            paramLabel = "NAME",
            description = "Policies to play, separated by commas.")
    private List<String> policies = List.of();

    @Option(
            names = "--hosts",
            paramLabel = "N",
            description =
                    "How many hosts there are (cloudsim: 800; local-disk: as many as the busiest moment asks for).")
    private @Nullable Integer hosts;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "For what is chosen at random (1).")
    private long seed = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results there too; shares are fractions.")
    private @Nullable Path json;

    @Option(names = "--plot", paramLabel = "DIR", description = "Write a chart of each trace there (SVG).")
    private @Nullable Path plot;

    public SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        SimulationRules chosen = chosenRules();
        Set<String> names = chosenPolicies(chosen);
        if (hosts != null && hosts < 1) {
            throw misuse("--hosts: " + hosts + " is less than 1");
        }
        List<SimulationResult> results = play(chosen, names, read());
        ResultTable.print(terminal, results);
        write(results);
        return ExitCode.OK.code();
    }

    private SimulationRules chosenRules() throws CommandException {
        return RuleBook.named(rules)
                .orElseThrow(() -> misuse("--rules: unknown '" + rules + "'; known are "
                        + RuleBook.all().stream().map(SimulationRules::name).collect(Collectors.joining(", "))));
    }

    private Set<String> chosenPolicies(SimulationRules chosen) throws CommandException {
        for (String policy : policies) {
            if (!chosen.knows(policy)) {
                throw misuse("--policy: unknown '" + policy + "'; the rules '" + rules + "' have " + chosen.policies());
            }
        }
        return new LinkedHashSet<>(policies);
    }

    // All before the first is played: nothing is decided from a set of which one file is bad.
    private List<LoadTrace> read() throws CommandException {
        if ((traces == null) == (synthetic == null)) {
            throw misuse("--traces, --synthetic: exactly one of them");
        }
        var read = new ArrayList<LoadTrace>();
        if (synthetic != null) {
            if (synthetic < 1) {
                throw misuse("--synthetic: " + synthetic + " is less than 1");
            }
            return List.of(SyntheticTrace.of(synthetic, seed));
        }
        try {
            for (Path file : TraceFiles.at(Objects.requireNonNull(traces))) {
                read.add(TraceFiles.read(file));
            }
        } catch (TraceException e) {
            throw misuse("--traces: " + e.getMessage());
        } catch (IOException e) {
            throw misuse("--traces: cannot read " + traces + ": " + FileProblem.of(Objects.requireNonNull(traces), e));
        }
        return read;
    }

    private List<SimulationResult> play(SimulationRules chosen, Set<String> names, List<LoadTrace> days)
            throws CommandException {
        var setting = new SimulationRules.Setting(hosts == null ? OptionalInt.empty() : OptionalInt.of(hosts), seed);
        var results = new ArrayList<SimulationResult>();
        double runs = (double) names.size() * days.size();
        try (var bar = new ProgressBar(terminal)) {
            for (LoadTrace day : days) {
                for (String policy : names) {
                    int done = results.size();
                    String label = day.name() + " " + policy;
                    results.add(chosen.run(day, policy, setting, share -> bar.show((done + share) / runs, label)));
                }
            }
        } catch (SimulationException e) {
            throw misuse(e.getMessage());
        }
        return results;
    }

    private void write(List<SimulationResult> results) throws CommandException {
        try {
            if (json != null) {
                Files.writeString(
                        json,
                        DroverJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(results) + "\n");
            }
            if (plot != null) {
                Files.createDirectories(plot);
                var byTrace = results.stream().collect(Collectors.groupingBy(SimulationResult::trace));
                for (var trace : byTrace.entrySet()) {
                    Files.writeString(
                            plot.resolve(rules + "-" + trace.getKey() + ".svg"), ResultPlot.of(trace.getValue()));
                }
            }
        } catch (IOException e) {
            throw misuse("results cannot be written: " + e);
        }
    }

    private static CommandException misuse(@Nullable String message) {
        return new CommandException(ExitCode.USAGE, String.valueOf(message));
    }
}
