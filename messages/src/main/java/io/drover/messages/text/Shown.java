package io.drover.messages.text;

/** Foreign text as it may be printed. */
public final class Shown {
    private static final int CHARACTERS_MAX = 80;

    private Shown() {}

    /** Cut to a length that fits a log line; {@code ?} in place of what would steer a terminal or cannot be encoded. */
    public static String text(String text) {
        String cut = text.length() <= CHARACTERS_MAX ? text : text.substring(0, CHARACTERS_MAX) + "…";
        return cut.codePoints()
                .map(code ->
                        Character.isISOControl(code) || Character.getType(code) == Character.SURROGATE ? '?' : code)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
