package io.drover.cli.simulate;

import io.drover.simulator.SimulationResult;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** One trace as SVG: a bar a policy in three panels, energy (with its floor), moves and SLAV. */
final class ResultPlot {
    private static final int NAMES = 150;
    private static final int PANEL = 200;
    private static final int GAP = 70;
    private static final int TOP = 60;
    private static final int ROW = 24;
    private static final int BAR = 15;

    private final List<SimulationResult> results;
    private final StringBuilder svg = new StringBuilder();

    private ResultPlot(List<SimulationResult> results) {
        this.results = results;
    }

    /** The document; results are of one trace, at least one. */
    static String of(List<SimulationResult> results) {
        return new ResultPlot(results).draw();
    }

    private String draw() {
        int width = NAMES + 3 * (PANEL + GAP);
        int height = TOP + results.size() * ROW + 20;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n",
                width,
                height,
                width,
                height));
        SimulationResult first = results.getFirst();
        text(width / 2.0, 20, "middle", first.trace() + ", " + first.rules() + " rules");
        for (int i = 0; i < results.size(); i++) {
            text(NAMES - 8, TOP + i * ROW + BAR - 3, "end", results.get(i).policy());
        }
        double kwh = panel(0, "energy in kWh; line: floor", "%.1f", SimulationResult::energyKwh);
        double floor = NAMES + first.floorKwh() * kwh;
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"black\"/>%n",
                floor,
                TOP - 6,
                floor,
                TOP + results.size() * ROW));
        panel(1, "moves", "%.0f", SimulationResult::migrations);
        panel(2, "SLAV in 0.00001", "%.3f", result -> 1e5 * result.slav());
        return svg.append("</svg>\n").toString();
    }

    /** Draws a panel; pixels for a unit. */
    private double panel(int index, String label, String shape, ToDoubleFunction<SimulationResult> measure) {
        double most = results.stream().mapToDouble(measure).max().orElseThrow();
        double scale = most > 0 ? PANEL / most : 0;
        int left = NAMES + index * (PANEL + GAP);
        text(left, TOP - 14, "start", label);
        for (int i = 0; i < results.size(); i++) {
            double value = measure.applyAsDouble(results.get(i));
            int y = TOP + i * ROW;
            String colour = results.get(i).policy().startsWith("drover") ? "#ee6677" : "#4477aa";
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                    left,
                    y,
                    value * scale,
                    BAR,
                    colour));
            text(left + value * scale + 4, y + BAR - 3, "start", String.format(Locale.ROOT, shape, value));
        }
        return scale;
    }

    private void text(double x, double y, String anchor, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escaped));
    }
}
