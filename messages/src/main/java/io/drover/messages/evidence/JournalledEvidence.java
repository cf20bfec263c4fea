package io.drover.messages.evidence;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.drover.messages.json.DroverJson;
import org.jspecify.annotations.Nullable;

/**
 * A step's evidence as the journal keeps it: one JSON object, to which a step of the pause adds when it ran.
 *
 * @param pause null for a step outside the pause
 */
public record JournalledEvidence(
        @JsonUnwrapped StepEvidence evidence,
        @JsonUnwrapped @Nullable PauseFigures pause) {

    /**
     * When a step ran, since its row in the journal tells when it was written; in milliseconds since the guest was
     * stopped.
     *
     * @param pauseMsAtBegin negative for the step that stops the guest
     */
    public record PauseFigures(long pauseMsAtBegin, long pauseMsAtEnd) {}

    /** The object as text. */
    public String json() {
        return DroverJson.mapper().writeValueAsString(this);
    }
}
