package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.text.CanonicalUuid;
import java.util.UUID;

/** The identity of one migration of one VM. */
public record MigrationId(@JsonValue UUID value) implements Comparable<MigrationId> {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public MigrationId {}

    /** Parses the canonical text form; throws {@link IllegalArgumentException} that names the field. */
    public static MigrationId parse(String text) {
        try {
            return new MigrationId(CanonicalUuid.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("migration id: " + e.getMessage(), e);
        }
    }

    @Override
    public int compareTo(MigrationId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
