package io.drover.cli.simulate;

import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.simulator.SimulationResult;
import java.util.List;
import java.util.Locale;

/** Results for a person; shares in percent. */
final class ResultTable {
    private ResultTable() {}

    static void print(Terminal terminal, List<SimulationResult> results) {
        Table table = Table.of(
                "TRACE",
                "POLICY",
                "KWH>",
                "FLOOR>",
                "MOVES>",
                "BACK>",
                "TB>",
                "HINDSIGHT>",
                "SLAV %>",
                "SLATAH %>",
                "PDM %>",
                "OVERLOAD S>",
                "STARVED S>",
                "SHUTDOWNS>",
                "PLAN MS>");
        for (SimulationResult result : results) {
            table.row(
                    result.trace(),
                    result.policy(),
                    number("%.2f", result.energyKwh()),
                    number("%.1f", result.floorKwh()),
                    Integer.toString(result.migrations()),
                    Integer.toString(result.movesBack()),
                    number("%.2f", result.tbMoved()),
                    result.hindsightTb() == null ? "-" : number("%.2f", result.hindsightTb()),
                    number("%.5f", 100 * result.slav()),
                    number("%.3f", 100 * result.slatah()),
                    number("%.4f", 100 * result.pdm()),
                    number("%.0f", result.overloadS()),
                    number("%.0f", result.starvedVmS()),
                    Integer.toString(result.hostShutdowns()),
                    number("%.2f", result.planMs()));
        }
        table.print(terminal.out(), "nothing was played");
    }

    private static String number(String shape, double value) {
        return String.format(Locale.ROOT, shape, value);
    }
}
