package io.drover.messages.text;

import java.util.UUID;
import java.util.regex.Pattern;

/** Reads a UUID in its one text form; Java's own parser also takes {@code 1-1-1-1-1}. */
public final class CanonicalUuid {
    private static final Pattern SHAPE =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    private CanonicalUuid() {}

    /** Whether the text is one. */
    public static boolean is(String text) {
        return SHAPE.matcher(text).matches();
    }

    /** Throws {@link IllegalArgumentException} that shows the text. */
    public static UUID parse(String text) {
        if (!is(text)) {
            throw new IllegalArgumentException("'" + Shown.text(text) + "' is not a UUID");
        }
        return UUID.fromString(text);
    }
}
