package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.text.CanonicalUuid;
import java.util.UUID;

/** The identity of a virtual machine; QEMU gets it as {@code -uuid}. */
public record VmId(@JsonValue UUID value) implements Comparable<VmId> {
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public VmId {}

    /** Whether the text is an id's. */
    public static boolean isId(String text) {
        return CanonicalUuid.is(text);
    }

    /** Parses the canonical text form; throws {@link IllegalArgumentException} that names the field. */
    public static VmId parse(String text) {
        try {
            return new VmId(CanonicalUuid.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("vm id: " + e.getMessage(), e);
        }
    }

    @Override
    public int compareTo(VmId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
