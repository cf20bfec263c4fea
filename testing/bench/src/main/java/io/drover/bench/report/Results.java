package io.drover.bench.report;

import io.drover.bench.trial.Measurement;
import io.drover.messages.json.DroverJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Medians of the runs, and the table of them. */
public final class Results {
    private static final double MEGA = 1e6;

    private Results() {}

    /** One for each case and contender, in the order in which they first ran. */
    public static List<Measurement> medians(List<Measurement> runs) {
        Map<List<String>, List<Measurement>> groups = new LinkedHashMap<>();
        for (Measurement run : runs) {
            groups.computeIfAbsent(List.of(run.situation(), run.contender()), key -> new ArrayList<>())
                    .add(run);
        }
        return groups.values().stream().map(Results::median).toList();
    }

    /** Each figure's own median; converged and verified only when every run was. */
    private static Measurement median(List<Measurement> runs) {
        Measurement first = runs.getFirst();
        var phases = new LinkedHashMap<String, Double>();
        for (Measurement run : runs) {
            for (String phase : run.phasesS().keySet()) {
                phases.put(phase, middle(runs, other -> other.phasesS().getOrDefault(phase, 0.0)));
            }
        }
        var problems = new LinkedHashSet<String>();
        runs.forEach(run -> problems.addAll(run.problems()));
        return new Measurement(
                first.situation(),
                first.contender(),
                runs.size(),
                middle(runs, Measurement::totalS),
                middle(runs, Measurement::prepareS),
                (long) middle(runs, Measurement::wireBytes),
                (long) middle(runs, Measurement::wireBackBytes),
                (long) middle(runs, Measurement::floorBytes),
                middle(runs, Measurement::downtimeMs),
                middle(runs, Measurement::worstWriteMs),
                middle(runs, Measurement::p99WriteMs),
                middle(runs, Measurement::worstGapMs),
                middle(runs, Measurement::achievedWrites),
                middle(runs, Measurement::cpuS),
                runs.stream().allMatch(Measurement::converged),
                runs.stream().allMatch(Measurement::verified),
                phases,
                List.copyOf(problems),
                figures(runs));
    }

    /** Of the runs that have the figure; whole numbers stay such. */
    private static Map<String, Number> figures(List<Measurement> runs) {
        var figures = new TreeMap<String, Number>();
        for (String name : runs.stream()
                .flatMap(run -> run.figures().keySet().stream())
                .distinct()
                .toList()) {
            double middle = middle(
                    runs.stream().filter(run -> run.figures().containsKey(name)).toList(), run -> run.figure(name));
            figures.put(name, name.endsWith("_bytes") ? (Number) (long) middle : (Number) middle);
        }
        return figures;
    }

    /** The document of {@code --json}: a row for each case and contender, its medians with all runs beside them. */
    public static ArrayNode document(List<Measurement> runs) {
        JsonMapper mapper = DroverJson.mapper();
        ArrayNode rows = mapper.createArrayNode();
        for (Measurement median : medians(runs)) {
            ObjectNode row = mapper.valueToTree(median);
            row.remove("run");
            row.set(
                    "runs",
                    mapper.valueToTree(runs.stream()
                            .filter(run -> run.situation().equals(median.situation())
                                    && run.contender().equals(median.contender()))
                            .toList()));
            rows.add(row);
        }
        return rows;
    }

    static double middle(List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** For people. */
    public static String table(List<Measurement> medians) {
        var table = new StringJoiner("\n");
        table.add(row(
                "case",
                "contender",
                "runs",
                "total s",
                "prep s",
                "wire MB",
                "floor MB",
                "pause ms",
                "worst ms",
                "p99 ms",
                "writes",
                "cpu s",
                ""));
        for (Measurement median : medians) {
            table.add(row(
                    median.situation(),
                    median.contender(),
                    Integer.toString(median.run()),
                    number("%.1f", median.totalS()),
                    number("%.1f", median.prepareS()),
                    number("%.0f", median.wireBytes() / MEGA),
                    number("%.0f", median.floorBytes() / MEGA),
                    number("%.0f", median.downtimeMs()),
                    number("%.0f", median.worstWriteMs()),
                    number("%.1f", median.p99WriteMs()),
                    number("%.3f", median.achievedWrites()),
                    number("%.1f", median.cpuS()),
                    verdict(median)));
        }
        return table.toString();
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, "%-19s %-26s %4s %8s %8s %9s %9s %9s %9s %9s %7s %7s  %s", columns);
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String verdict(Measurement median) {
        if (!median.converged()) {
            return "NOT CONVERGED: " + String.join("; ", median.problems());
        }
        return median.verified() ? "verified" : "NOT VERIFIED: " + String.join("; ", median.problems());
    }

    /** Where the time went, a line for each contender. */
    public static String phases(List<Measurement> medians) {
        var lines = new StringJoiner("\n");
        for (Measurement median : medians) {
            var phases = new StringJoiner(", ");
            median.phasesS().forEach((name, seconds) -> phases.add(name + number(" %.2f", seconds)));
            lines.add(median.situation() + " " + median.contender() + ": " + phases);
        }
        return lines.toString();
    }
}
