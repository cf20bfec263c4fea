package io.drover.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.time.Clock;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * Says what happens, each line stamped with the seconds since the start. A line that is still true for a while is drawn
 * over on a terminal and printed once a change otherwise.
 */
public final class Narrator {
    private static final String CLEAR_LINE = "\r\033[2K";
    private final PrintStream out;
    private final boolean terminal;
    private final Clock clock;
    private final Duration start;

    @GuardedBy("this")
    private boolean drawn;

    public Narrator(PrintStream out, boolean terminal, Clock clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.start = clock.elapsed();
    }

    public synchronized void say(String line) {
        erase();
        out.println(stamped(line));
        out.flush();
    }

    /** A heading or a table: without a stamp. */
    public synchronized void print(String text) {
        erase();
        out.println(text);
        out.flush();
    }

    /** Draws over the last such line on a terminal; prints a plain line elsewhere. */
    public synchronized void update(String line) {
        if (terminal) {
            out.print(CLEAR_LINE + stamped(line));
            drawn = true;
        } else {
            out.println(stamped(line));
        }
        out.flush();
    }

    @GuardedBy("this")
    private void erase() {
        if (drawn) {
            out.print(CLEAR_LINE);
            drawn = false;
        }
    }

    private String stamped(String line) {
        double seconds = clock.elapsed().minus(start).toMillis() / 1000.0;
        return String.format(Locale.ROOT, "%6.1f s  %s", seconds, line);
    }
}
