package io.drover.cli.terminal;

import io.drover.messages.time.Clock;
import java.io.PrintWriter;
import java.time.ZoneId;

/**
 * Where a command writes, and by which clock and zone it tells time.
 *
 * @param interactive whether {@code out} is a terminal whose last line may be rewritten
 */
public record Terminal(PrintWriter out, PrintWriter err, boolean interactive, Clock clock, ZoneId zone) {}
