package io.drover.cli.simulate;

import io.drover.cli.terminal.Terminal;

/** One line on standard error that is rewritten, for a terminal only; gone when closed. */
final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 30;
    private static final String CLEAR = "\r\u001b[K";

    private final Terminal terminal;
    private int shownPercent = -1;
    private String shownLabel = "";

    ProgressBar(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Shows a share of the whole, 0 to 1, and what is being done. */
    void show(double share, String label) {
        int percent = (int) (100 * share);
        if (terminal.interactive() && (percent != shownPercent || !label.equals(shownLabel))) {
            int full = (int) (WIDTH * share);
            terminal.err()
                    .print(CLEAR + "[" + "#".repeat(full) + ".".repeat(WIDTH - full) + "] " + percent + " % " + label);
            terminal.err().flush();
            shownPercent = percent;
            shownLabel = label;
        }
    }

    @Override
    public void close() {
        if (shownPercent >= 0) {
            terminal.err().print(CLEAR);
            terminal.err().flush();
        }
    }
}
