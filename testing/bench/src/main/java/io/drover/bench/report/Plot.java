package io.drover.bench.report;

import io.drover.bench.trial.Measurement;
import io.drover.messages.evidence.CheckedVm;
import io.drover.messages.evidence.CompletedSwitchover;
import io.drover.messages.evidence.ConnectedDestination;
import io.drover.messages.evidence.CopiedImages;
import io.drover.messages.evidence.GivenOwnership;
import io.drover.messages.evidence.MigratedMemory;
import io.drover.messages.evidence.OpenedDisks;
import io.drover.messages.evidence.PreparedDestination;
import io.drover.messages.evidence.PulledRest;
import io.drover.messages.evidence.ReplicatedDisks;
import io.drover.messages.evidence.ResumedDestination;
import io.drover.messages.evidence.RetiredSource;
import io.drover.messages.evidence.SentRest;
import io.drover.messages.evidence.VerifiedCopy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** One case as SVG: a bar a contender, on the left its seconds by phase, on the right its megabytes on the wire. */
public final class Plot {
    private static final double MEGA = 1e6;
    private static final int NAMES = 190;
    private static final int PANEL = 330;
    private static final int GAP = 90;
    private static final int TOP = 70;
    private static final int ROW = 26;
    private static final int BAR = 16;
    private static final int LEGEND_GAP = 32;
    /** About the width of one, in the font's size. */
    private static final int CHARACTER = 7;

    private static final int TICKS = 4;
    private static final int WIDTH = NAMES + 2 * PANEL + GAP + 60;
    private static final Map<String, String> COLOURS = colours();
    /** Before the total begins. */
    private static final Set<String> EARLIER =
            Set.of(CheckedVm.STEP, ConnectedDestination.STEP, PreparedDestination.STEP);
    /** After the guest has arrived. */
    private static final Set<String> LATER = Set.of(VerifiedCopy.STEP, RetiredSource.STEP);

    private static final String OTHER = "other";

    private final StringBuilder svg = new StringBuilder();

    private Plot() {}

    private static Map<String, String> colours() {
        var colours = new LinkedHashMap<String, String>();
        colours.put("disks", "#4477aa");
        colours.put("memory", "#ccbb44");
        colours.put("switchover", "#ee6677");
        colours.put("pull", "#228833");
        colours.put(OTHER, "#bbbbbb");
        return colours;
    }

    /** The document; {@code medians} are those of one case. */
    public static String of(String situation, List<Measurement> medians) {
        return new Plot().draw(situation, medians);
    }

    private String draw(String situation, List<Measurement> medians) {
        int height = TOP + medians.size() * ROW + 80;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                WIDTH,
                height,
                WIDTH,
                height));
        text(WIDTH / 2.0, 22, "middle", situation + ": medians");
        int right = NAMES + PANEL + GAP;
        double seconds =
                scale(medians.stream().mapToDouble(Measurement::totalS).max().orElse(1));
        double megabytes = scale(medians.stream()
                .mapToDouble(median -> median.wireBytes() / MEGA)
                .max()
                .orElse(1));
        int bottom = TOP + medians.size() * ROW;
        axis(NAMES, bottom, seconds, "total time in seconds");
        axis(right, bottom, megabytes, "bytes on the wire in MB");
        for (int i = 0; i < medians.size(); i++) {
            row(medians.get(i), TOP + i * ROW, PANEL / seconds, PANEL / megabytes);
        }
        legend();
        return svg.append("</svg>\n").toString();
    }

    private void row(Measurement median, int y, double perSecond, double perMegabyte) {
        text(NAMES - 8, y + BAR - 3, "end", median.contender() + (median.converged() ? "" : " (not converged)"));
        double x = NAMES;
        for (var part : parts(median).entrySet()) {
            bar(x, y, part.getValue() * perSecond, COLOURS.getOrDefault(part.getKey(), "black"));
            x += part.getValue() * perSecond;
        }
        text(x + 4, y + BAR - 3, "start", String.format(Locale.ROOT, "%.1f", median.totalS()));
        double wire = median.wireBytes() / MEGA;
        int right = NAMES + PANEL + GAP;
        bar(right, y, wire * perMegabyte, "#4477aa");
        double floor = right + median.floorBytes() / MEGA * perMegabyte;
        line(floor, y - 3, floor, y + BAR + 3);
        text(right + wire * perMegabyte + 6, y + BAR - 3, "start", String.format(Locale.ROOT, "%.0f", wire));
    }

    /** The total's seconds by phase; what no phase accounts for is the last. Never more than the total. */
    static Map<String, Double> parts(Measurement median) {
        var parts = new LinkedHashMap<String, Double>();
        COLOURS.keySet().forEach(name -> parts.put(name, 0.0));
        double left = median.totalS();
        for (var phase : median.phasesS().entrySet()) {
            if (!EARLIER.contains(phase.getKey()) && !LATER.contains(phase.getKey())) {
                double seconds = Math.min(left, phase.getValue());
                parts.merge(part(phase.getKey()), seconds, Double::sum);
                left -= seconds;
            }
        }
        parts.merge(OTHER, left, Double::sum);
        return parts;
    }

    private static String part(String phase) {
        return switch (phase) {
            case OpenedDisks.STEP, ReplicatedDisks.STEP, "disks", "copy", CopiedImages.STEP -> "disks";
            case MigratedMemory.STEP, "memory" -> "memory";
            case SentRest.STEP,
                    CompletedSwitchover.STEP,
                    GivenOwnership.STEP,
                    ResumedDestination.STEP,
                    "last writes",
                    "switchover",
                    "resume" -> "switchover";
            case PulledRest.STEP -> "pull";
            default -> OTHER;
        };
    }

    /** The next of 1, 2, 4 or 8 times a power of ten, so that a quarter of it is a round number. */
    static double scale(double most) {
        double power = Math.pow(10, Math.floor(Math.log10(Math.max(most, 1e-3))));
        for (int factor : new int[] {1, 2, 4, 8}) {
            if (most <= factor * power) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private void axis(int x, int y, double end, String label) {
        for (int tick = 0; tick <= TICKS; tick++) {
            double at = x + (double) PANEL * tick / TICKS;
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#dddddd\"/>%n",
                    at,
                    TOP - 6,
                    at,
                    y));
            text(at, y + 16, "middle", String.format(Locale.ROOT, end < TICKS ? "%.2f" : "%.0f", end * tick / TICKS));
        }
        line(x, y, x + PANEL, y);
        text(x + PANEL / 2.0, y + 36, "middle", label);
    }

    private void legend() {
        double x = NAMES;
        for (var colour : COLOURS.entrySet()) {
            bar(x, TOP - 34, 12, colour.getValue());
            text(x + 16, TOP - 21, "start", colour.getKey());
            x += LEGEND_GAP + colour.getKey().length() * CHARACTER;
        }
        line(NAMES + PANEL + GAP, TOP - 34, NAMES + PANEL + GAP, TOP - 18);
        text(NAMES + PANEL + GAP + 6, TOP - 21, "start", "what had to move");
    }

    private void bar(double x, double y, double width, String colour) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                x,
                y,
                width,
                BAR,
                colour));
    }

    private void line(double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"black\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    private void text(double x, double y, String anchor, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped));
    }
}
