package io.drover.bench.report;

import io.drover.bench.trial.BenchCase;
import io.drover.bench.trial.Measurement;
import io.drover.bench.trial.Variant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** What replication must show, against what was measured; only as far as the runs have it. */
public final class Summary {
    /** Below this the guest was stopped in effect, and the time is no achievement. */
    static final double ACHIEVED_MIN = 0.9;

    private static final String AUTO = "auto";
    private static final Set<String> AUTOS = Set.of(AUTO, Variant.AUTO_PULL);
    private static final Set<String> PULLING = Set.of("post-copy", "hybrid");

    private final List<Measurement> medians;
    private final List<Line> lines = new ArrayList<>();

    private Summary(List<Measurement> medians) {
        this.medians = medians;
    }

    /**
     * One demand.
     *
     * @param bound what the figure may be at most, or must be at least
     * @param note what else is to be known; may be empty
     */
    public record Line(String what, double figure, boolean atMost, double bound, String note) {
        boolean holds() {
            return atMost ? figure <= bound : figure >= bound;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-5s %s: %.2f (%s %s)%s",
                    holds() ? "holds" : "FAILS",
                    what,
                    figure,
                    atMost ? "at most" : "at least",
                    bound == Math.rint(bound) ? Long.toString((long) bound) : Double.toString(bound),
                    note.isEmpty() ? "" : "; " + note);
        }
    }

    /** Demands in the order of the table. */
    public static List<Line> of(List<Measurement> medians) {
        var summary = new Summary(medians);
        summary.writesAchieved();
        summary.againstQemu("files-1g", 0.6);
        summary.againstQemu("random-1g", 0.9);
        summary.againstQemu("busy-1g", 0.9);
        summary.toFloor("random-1g", 1.05);
        summary.toFloor("busy-1g", 1.05);
        summary.hot();
        summary.toFloor("layered-1g", 1.15);
        summary.toFloor("return-1g-runs", 1.15);
        summary.toFloor("return-1g-scattered", 1.6);
        summary.swap();
        summary.throughput(Variant.COPY, 0.9);
        summary.throughput(Variant.COPY_COMPARED, 0.6);
        summary.againstFixed();
        summary.predictions("predicted_s_error", "time");
        summary.predictions("predicted_bytes_error", "bytes");
        return summary.lines;
    }

    private void most(String what, double figure, double bound, String note) {
        lines.add(new Line(what, figure, true, bound, note));
    }

    private void least(String what, double figure, double bound, String note) {
        lines.add(new Line(what, figure, false, bound, note));
    }

    private Optional<Measurement> find(String situation, String contender) {
        return medians.stream()
                .filter(median -> median.situation().equals(situation)
                        && median.contender().equals(contender))
                .findFirst();
    }

    /** Those that got there. */
    private Optional<Measurement> converged(String situation, String contender) {
        return find(situation, contender).filter(Measurement::converged);
    }

    private void writesAchieved() {
        medians.stream()
                .filter(median -> AUTOS.contains(median.contender()))
                .forEach(auto -> least(title(auto) + ", writes achieved of offered", auto.achievedWrites(), 0.95, ""));
    }

    private static String title(Measurement median) {
        return median.situation() + " " + median.contender();
    }

    private void againstQemu(String situation, double bound) {
        Optional<Measurement> auto = converged(situation, AUTO);
        Optional<Measurement> raw = fastest(situation, median -> qemu(median));
        Optional<Measurement> best =
                fastest(situation, median -> qemu(median) && median.achievedWrites() >= ACHIEVED_MIN);
        if (auto.isPresent() && raw.isPresent()) {
            double total = auto.get().totalS();
            String beside = "against the raw best, " + raw.get().contender()
                    + String.format(Locale.ROOT, ", %.2f", total / raw.get().totalS());
            most(
                    situation + " auto, total time against the best QEMU mode, "
                            + best.map(Measurement::contender)
                                    .orElse("of which none converges and lets the guest write"),
                    best.map(qemu -> total / qemu.totalS()).orElse(0.0),
                    bound,
                    beside);
        }
    }

    private static boolean qemu(Measurement median) {
        return median.contender().startsWith(Variant.QEMU_MODES);
    }

    private Optional<Measurement> fastest(String situation, Predicate<Measurement> of) {
        return medians.stream()
                .filter(median -> median.situation().equals(situation) && median.converged())
                .filter(of)
                .min(Comparator.comparingDouble(Measurement::totalS));
    }

    private void toFloor(String situation, double bound) {
        converged(situation, AUTO)
                .ifPresent(auto -> most(
                        situation + " auto, bytes on the wire against what had to move",
                        (double) auto.wireBytes() / auto.floorBytes(),
                        bound,
                        ""));
    }

    private void hot() {
        for (String contender : List.of(AUTO, Variant.AUTO_PULL)) {
            find("hot-200m", contender).ifPresent(auto -> {
                least(title(auto) + ", finishes", auto.converged() ? 1 : 0, 1, "");
                most(title(auto) + ", worst write in ms outside the pause", auto.worstWriteMs(), 50, "");
                most(title(auto) + ", pause in ms", auto.downtimeMs(), 1000, "");
            });
        }
    }

    private void swap() {
        converged(BenchCase.SWAP, AUTO).ifPresent(auto -> {
            double wire = auto.figure("swap_wire_bytes");
            most("swap-1g auto, swap on the wire against live swap", wire / auto.figure("swap_live_bytes"), 1.15, "");
            Optional<Measurement> plain = find(BenchCase.SWAP, Variant.PLAIN_SWAP);
            most(
                    "swap-1g auto, swap on the wire against what is allocated",
                    wire / plain.orElse(auto).figure("swap_allocated_bytes"),
                    0.5,
                    plain.isPresent() ? "allocated as a plain disk" : "allocated as swap; as a plain disk was not run");
        });
    }

    private void throughput(String contender, double bound) {
        Optional<Measurement> ours = converged("raw", contender);
        Optional<Measurement> theirs = converged("raw", Variant.NBDCOPY);
        if (ours.isPresent() && theirs.isPresent()) {
            double rate = ours.get().figure("mb_per_s");
            least(
                    "raw " + contender + ", throughput against nbdcopy",
                    rate / theirs.get().figure("mb_per_s"),
                    bound,
                    String.format(Locale.ROOT, "%.0f MB/s", rate));
        }
    }

    private void againstFixed() {
        for (Measurement auto : medians) {
            boolean pulls = auto.contender().equals(Variant.AUTO_PULL);
            if (AUTOS.contains(auto.contender()) && auto.converged()) {
                fastest(auto.situation(), median -> fixed(median) && (pulls || !PULLING.contains(median.contender())))
                        .ifPresent(best -> most(
                                title(auto) + ", total time against the best fixed algorithm, " + best.contender(),
                                auto.totalS() / best.totalS(),
                                1.1,
                                ""));
            }
        }
    }

    /** One algorithm of ours that let the guest write. */
    private static boolean fixed(Measurement median) {
        return !qemu(median)
                && !AUTOS.contains(median.contender())
                && !median.contender().equals(Variant.PLAIN_SWAP)
                && median.achievedWrites() >= ACHIEVED_MIN;
    }

    private void predictions(String error, String what) {
        ToDoubleFunction<Measurement> figure = median -> median.figure(error);
        List<Measurement> autos = medians.stream()
                .filter(median ->
                        median.contender().equals(AUTO) && median.figures().containsKey(error))
                .toList();
        if (!autos.isEmpty()) {
            String cases = autos.size() + (autos.size() == 1 ? " case" : " cases");
            most("auto, median error of the predicted " + what, Results.middle(autos, figure), 0.2, cases);
        }
    }
}
