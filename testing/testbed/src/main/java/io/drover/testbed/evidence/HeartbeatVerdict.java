package io.drover.testbed.evidence;

import java.util.List;

/**
 * What follows from the consoles of one guest. Times in nanoseconds by the recorders' clock.
 *
 * @param problems one sentence each; empty when exactly one guest ran at any time, without an error
 * @param heartbeats how many, over all consoles
 * @param missing numbers between the first and the last that nobody saw
 * @param ratePerSecond mean over all of them
 * @param longestGapNanos between two that follow each other
 * @param longestGapAfter number of the heartbeat before that gap
 * @param handovers one for each time the guest went on on another console
 * @param consoles one for each console, also for those that stayed silent
 * @param blocksWritten counters of the last heartbeat
 */
public record HeartbeatVerdict(
        List<String> problems,
        long heartbeats,
        long missing,
        double ratePerSecond,
        long longestGapNanos,
        long longestGapAfter,
        List<Handover> handovers,
        List<ConsoleSummary> consoles,
        long blocksWritten,
        long blocksVerified,
        long pagesVerified,
        long errors) {
    public HeartbeatVerdict {
        problems = List.copyOf(problems);
        handovers = List.copyOf(handovers);
        consoles = List.copyOf(consoles);
    }

    public boolean holds() {
        return problems.isEmpty();
    }

    /**
     * The guest stopped here and went on there.
     *
     * @param lastNumber the last heartbeat from the console it left
     * @param firstNumber the first from the other
     * @param pauseNanos between the two
     */
    public record Handover(String from, String to, long lastNumber, long firstNumber, long pauseNanos) {}

    /**
     * One console's part; times and numbers are 0 when it stayed silent.
     *
     * @param lines all lines, heartbeats or not
     */
    public record ConsoleSummary(
            String console,
            long lines,
            long heartbeats,
            long firstNumber,
            long lastNumber,
            long firstAtNanos,
            long lastAtNanos) {}
}
