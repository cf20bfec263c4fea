package io.drover.messages.text;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one way to write a span of time: {@code 500ms}, {@code 90s}, {@code 90min}, {@code 24h}, {@code 7d}; read as ISO
 * 8601 too.
 */
public final class TimeSpan {
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,9})(ms|s|min|h|d)");
    private static final Duration MOST = Duration.ofDays(36_500);

    private TimeSpan() {}

    /** From 0 to a hundred years; throws {@link IllegalArgumentException} that shows the text and gives an example. */
    public static Duration parse(String text) {
        Matcher matcher = SPAN.matcher(text);
        try {
            Duration span = matcher.matches()
                    ? span(Long.parseLong(matcher.group(1)), matcher.group(2))
                    : text.startsWith("P") ? Duration.parse(text) : Duration.ofNanos(-1);
            if (!span.isNegative() && span.compareTo(MOST) <= 0) {
                return span;
            }
        } catch (DateTimeException | ArithmeticException e) {
            // Said below, as for what is no span at all.
        }
        throw new IllegalArgumentException(
                "'" + Shown.text(text) + "' is no span of time; for example 90s, 90min, 24h or 7d");
    }

    private static Duration span(long count, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "min" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    /** For example {@code 300 ms}, {@code 2.5 s}, {@code 90 s}, {@code 1 min}, {@code 2 h 30 min}, {@code 3 d 4 h}. */
    public static String text(Duration time) {
        long millis = Math.max(0, time.toMillis());
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 10_000) {
            return millis % 1000 == 0 ? millis / 1000 + " s" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        Duration whole = Duration.ofSeconds((millis + 500) / 1000);
        if (whole.toMinutes() < 2 && whole.toSecondsPart() != 0) {
            return whole.toSeconds() + " s";
        }
        if (whole.toHours() < 2) {
            return two(whole.toMinutes(), "min", whole.toSecondsPart(), "s");
        }
        return whole.toDays() < 2
                ? two(whole.toHours(), "h", whole.toMinutesPart(), "min")
                : two(whole.toDays(), "d", whole.toHoursPart(), "h");
    }

    private static String two(long large, String unit, int small, String part) {
        return large + " " + unit + (small == 0 ? "" : " " + small + " " + part);
    }
}
