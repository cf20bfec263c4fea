package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** The name of a disk within its machine, for example {@code data} or {@code swap}. */
public record DiskId(@JsonValue String value) implements Comparable<DiskId> {
    private static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public DiskId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("disk id: '" + value + "' does not match " + SHAPE);
        }
    }

    @Override
    public int compareTo(DiskId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
