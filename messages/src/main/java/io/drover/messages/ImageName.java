package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.text.Shown;
import java.util.regex.Pattern;

/** The file name of an image inside a host's images folder; a path, which could leave the folder, is none. */
public record ImageName(@JsonValue String value) implements Comparable<ImageName> {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern OWN =
            Pattern.compile(".*\\.((incoming|pulling|retired)-" + UUID + "|receiving-[0-9a-f]{64})");

    /**
     * Whether Drover itself gives such names to files beside images. No disk and no base may be defined by one: Drover,
     * or a person who trusts a move, deletes them.
     */
    public static boolean isDroversOwn(String name) {
        return OWN.matcher(name).matches();
    }

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
