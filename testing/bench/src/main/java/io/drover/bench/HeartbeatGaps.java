package io.drover.bench;

import io.drover.testbed.evidence.ConsoleLine;
import io.drover.testbed.evidence.ConsoleRecording;
import io.drover.testbed.evidence.Heartbeat;
import java.util.List;

/** Times between heartbeats, each of which follows a synchronous write, as the host stamped them. */
final class HeartbeatGaps {
    private static final double NANOS_PER_MILLI = 1e6;

    private HeartbeatGaps() {}

    /**
     * The longest on any one console that ended within this time: the handover from one to the other is none of them.
     */
    static double longestMillis(List<ConsoleRecording> recordings, long fromNanos, long toNanos) {
        long longest = 0;
        for (ConsoleRecording recording : recordings) {
            long before = 0;
            for (ConsoleLine line : recording.lines()) {
                if (Heartbeat.parse(line.text()).isPresent()) {
                    boolean counts = before > 0 && line.atNanos() >= fromNanos && line.atNanos() <= toNanos;
                    longest = counts ? Math.max(longest, line.atNanos() - before) : longest;
                    before = line.atNanos();
                }
            }
        }
        return longest / NANOS_PER_MILLI;
    }
}
