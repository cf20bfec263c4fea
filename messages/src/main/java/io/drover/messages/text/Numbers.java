package io.drover.messages.text;

import java.util.regex.Pattern;

/**
 * Reads numbers as people write them: ASCII digits, finite, without a sign {@code +} or the suffixes that Java's
 * parsers take.
 */
public final class Numbers {
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,19}");
    private static final Pattern REAL = Pattern.compile("-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?");

    private Numbers() {}

    /** Throws {@link IllegalArgumentException} that shows the text. */
    public static long whole(String text) {
        try {
            if (WHOLE.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // Said below: nineteen digits may be too many.
        }
        throw new IllegalArgumentException("'" + Shown.text(text) + "' is not a whole number");
    }

    /** Never NaN nor infinite; throws {@link IllegalArgumentException} that shows the text. */
    public static double real(String text) {
        double number = REAL.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("'" + Shown.text(text) + "' is not a number");
        }
        return number;
    }
}
