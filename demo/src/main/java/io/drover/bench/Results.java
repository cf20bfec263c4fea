package io.drover.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;

/** Medians of the runs, and the table of them. */
final class Results {
    private static final double MEGA = 1e6;
    /** Below this the guest was stopped in effect, and the time is no achievement. */
    private static final double ACHIEVED_MIN = 0.9;

    private Results() {}

    /** One for each case and contender, in the order in which they first ran. */
    static List<Measurement> medians(List<Measurement> runs) {
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
                List.copyOf(problems));
    }

    private static double middle(List<Measurement> runs, ToDoubleFunction<Measurement> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    /** For people, with the best QEMU mode of each case below it. */
    static String table(List<Measurement> medians) {
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
        medians.stream().map(Measurement::situation).distinct().forEach(name -> table.add(best(name, medians)));
        return table.toString();
    }

    private static String row(Object... columns) {
        return String.format(Locale.ROOT, "%-10s %-28s %4s %8s %8s %9s %9s %9s %9s %9s %7s %7s  %s", columns);
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

    /** Of the modes of QEMU alone; the best counts only where the guest could go on writing. */
    private static String best(String situation, List<Measurement> medians) {
        List<Measurement> qemu = medians.stream()
                .filter(median -> median.situation().equals(situation) && median.converged())
                .filter(median -> median.contender().startsWith("qemu-mirror-"))
                .toList();
        return situation + ": best QEMU mode that keeps " + ACHIEVED_MIN + " of the writes "
                + fastest(qemu.stream()
                        .filter(median -> median.achievedWrites() >= ACHIEVED_MIN)
                        .toList())
                + ", whatever it keeps " + fastest(qemu);
    }

    private static String fastest(List<Measurement> candidates) {
        return candidates.stream()
                .min(Comparator.comparingDouble(Measurement::totalS))
                .map(best -> best.contender() + " " + number("%.1f s", best.totalS()))
                .orElse("(none)");
    }

    /** Where the time went, a line for each contender. */
    static String phases(List<Measurement> medians) {
        var lines = new StringJoiner("\n");
        for (Measurement median : medians) {
            var phases = new StringJoiner(", ");
            median.phasesS().forEach((name, seconds) -> phases.add(name + number(" %.2f", seconds)));
            lines.add(median.situation() + " " + median.contender() + ": " + phases);
        }
        return lines.toString();
    }
}
