package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.text.CanonicalUuid;
import java.util.UUID;

/** The identity of one decision of the scheduler. */
public record DecisionId(@JsonValue UUID value) implements Comparable<DecisionId> {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public DecisionId {}

    /** Parses the canonical text form; throws {@link IllegalArgumentException} that names the field. */
    public static DecisionId parse(String text) {
        try {
            return new DecisionId(CanonicalUuid.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("decision id: " + e.getMessage(), e);
        }
    }

    @Override
    public int compareTo(DecisionId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
