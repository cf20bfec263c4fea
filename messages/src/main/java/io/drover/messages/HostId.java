package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.text.Shown;
import java.util.regex.Pattern;

/** The name of a host, as it stands in queue names and database roles: a DNS label or dotted name in lower case. */
public record HostId(@JsonValue String value) implements Comparable<HostId> {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public HostId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("host id: '" + Shown.text(value)
                    + "' is not a host's name: at most 63 lower-case letters, digits, dots and dashes");
        }
    }

    @Override
    public int compareTo(HostId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
