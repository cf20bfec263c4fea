package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The identity of one migration of one machine. */
public record MigrationId(@JsonValue UUID value) implements Comparable<MigrationId> {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public MigrationId {}

    /** Parses the canonical text form; throws {@link IllegalArgumentException} that names the field. */
    public static MigrationId parse(String text) {
        try {
            return new MigrationId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("migration id: '" + text + "' is not a UUID", e);
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
