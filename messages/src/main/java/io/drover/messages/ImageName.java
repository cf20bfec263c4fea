package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.text.Shown;
import java.util.regex.Pattern;

/** The file name of an image inside a host's images folder; a path, which could leave the folder, is none. */
public record ImageName(@JsonValue String value) implements Comparable<ImageName> {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public ImageName {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("image: '" + Shown.text(value) + "' is not a plain file name");
        }
    }

    @Override
    public int compareTo(ImageName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
