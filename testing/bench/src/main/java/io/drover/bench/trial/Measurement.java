package io.drover.bench.trial;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/**
 * One contender's run of one case, or the medians of several. Field names are those of the JSON.
 *
 * @param situation the case
 * @param run its number, or of medians how many runs there were
 * @param totalS from the command with both QEMUs up until the guest runs on the destination and nothing is left to be
 *     pulled; the deadline when it never got there
 * @param prepareS from the request until both QEMUs were up; 0 where the bench starts them
 * @param wireBytes what left the source over the link, frame headers included, from the request to the end of
 *     everything
 * @param wireBackBytes what left the destination
 * @param floorBytes what had to move: blocks and pages that are not zero when the copy began, and blocks written again
 *     after they were first sent
 * @param downtimeMs from the source's last heartbeat to the destination's first, stamped by the host
 * @param worstWriteMs of a write from the moment it was due, the pause not counted (the guest's clock stands still in
 *     it)
 * @param worstGapMs between two heartbeats other than the pause, stamped by the host
 * @param achievedWrites of the offered, in the total's time without the pause; 0 to 1
 * @param cpuS of all processes, guests included
 * @param phasesS seconds of each phase or step, in order
 * @param problems why it did not converge or is not verified
 * @param figures what only some have, by name, beside the others in the JSON
 */
public record Measurement(
        @JsonProperty("case") String situation,
        String contender,
        int run,
        double totalS,
        double prepareS,
        long wireBytes,
        long wireBackBytes,
        long floorBytes,
        double downtimeMs,
        double worstWriteMs,
        double p99WriteMs,
        double worstGapMs,
        double achievedWrites,
        double cpuS,
        boolean converged,
        boolean verified,
        Map<String, Double> phasesS,
        List<String> problems,
        @JsonAnyGetter Map<String, Number> figures) {

    /** A run that came to nothing. */
    public static Measurement failed(BenchCase situation, Variant contender, int run, String why) {
        double deadline = situation.deadline().toSeconds();
        return new Measurement(
                situation.name(),
                contender.name(),
                run,
                deadline,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                false,
                false,
                Map.of(),
                List.of(why),
                Map.of());
    }

    /** A figure that this one may have; not a number otherwise. */
    public double figure(String name) {
        Number value = figures.get(name);
        return value == null ? Double.NaN : value.doubleValue();
    }
}
