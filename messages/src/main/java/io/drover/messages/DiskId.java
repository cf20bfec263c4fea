package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.text.Shown;
import java.util.regex.Pattern;

/** The name of a disk within its VM, for example {@code data} or {@code swap}. */
public record DiskId(@JsonValue String value) implements Comparable<DiskId> {
    private static final Pattern SHAPE = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public DiskId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("disk id: '" + Shown.text(value)
                    + "' is not a disk's name: a lower-case letter, then at most 30 of these, digits and dashes");
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
