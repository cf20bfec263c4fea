package io.drover.testbed.evidence;

import io.drover.messages.json.DroverJson;
import java.util.List;

/**
 * The consoles of one guest with what follows from them, such that anyone can draw the conclusion again. Goes through
 * {@link DroverJson} unharmed.
 *
 * @param recordings in the order in which the guest ran there
 */
public record HeartbeatEvidence(
        String guest, HeartbeatLimits limits, List<ConsoleRecording> recordings, HeartbeatVerdict verdict) {
    public HeartbeatEvidence {
        recordings = List.copyOf(recordings);
    }

    /**
     * Judges recordings made with one clock.
     *
     * @param recordings one for each QEMU process, in the order in which the guest ran there; a process that was meant
     *     never to run the guest belongs in it as well, at the end
     */
    public static HeartbeatEvidence of(String guest, HeartbeatLimits limits, List<ConsoleRecording> recordings) {
        return new HeartbeatEvidence(guest, limits, recordings, HeartbeatJudge.judge(limits, recordings));
    }

    /** Draws the conclusion again, from the lines alone. */
    public HeartbeatVerdict recompute() {
        return HeartbeatJudge.judge(limits, recordings);
    }

    /** True when the verdict is good and the lines say the same. */
    public boolean holds() {
        return verdict.holds() && verdict.equals(recompute());
    }

    public String toJson() {
        return DroverJson.mapper().writeValueAsString(this);
    }

    /** Reads what {@link #toJson} wrote. */
    public static HeartbeatEvidence fromJson(String json) {
        return DroverJson.mapper().readValue(json, HeartbeatEvidence.class);
    }
}
