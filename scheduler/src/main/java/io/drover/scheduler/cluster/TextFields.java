package io.drover.scheduler.cluster;

import io.drover.messages.text.Numbers;
import io.drover.messages.text.Shown;
import io.drover.messages.text.TimeSpan;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The named values of one line; each must be asked for. */
final class TextFields {
    /** Of bytes, more than any fleet has. */
    private static final long MOST = Economy.BYTES_MOST;

    private static final Instant YEAR_10000 = Instant.ofEpochSecond(253_402_300_800L);

    private final Map<String, String> left = new LinkedHashMap<>();

    TextFields(String text) {
        for (String field : text.split(" ", -1)) {
            int equals = field.indexOf('=');
            require(equals > 0, "'" + field + "' is not name=value");
            String before = left.put(field.substring(0, equals), field.substring(equals + 1));
            require(before == null, field.substring(0, equals) + ": stands twice");
        }
    }

    String text(String name) {
        String value = left.remove(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing");
        }
        return value;
    }

    /** A value that older snapshots do not have. */
    String text(String name, String absent) {
        return left.containsKey(name) ? text(name) : absent;
    }

    boolean has(String name) {
        return left.containsKey(name);
    }

    double real(String name, double absent) {
        return left.containsKey(name) ? real(name) : absent;
    }

    long whole(String name, long absent) {
        return left.containsKey(name) ? whole(name) : absent;
    }

    /** Finite and not negative. */
    double real(String name) {
        return real(name, text(name));
    }

    /** Not negative, and far from where sums overflow. */
    long whole(String name) {
        return whole(name, text(name));
    }

    int count(String name) {
        long value = whole(name);
        require(value <= Integer.MAX_VALUE, name + ": " + value + " is too many");
        return (int) value;
    }

    Duration span(String name) {
        return named(name, TimeSpan::parse, text(name));
    }

    Instant instant(String name) {
        return instant(name, text(name));
    }

    static double real(String name, String text) {
        double value = named(name, Numbers::real, text);
        require(value >= 0 && value <= MOST, name + ": '" + Shown.text(text) + "' is not between 0 and " + MOST);
        return value;
    }

    static long whole(String name, String text) {
        long value = named(name, Numbers::whole, text);
        require(value >= 0 && value <= MOST, name + ": '" + Shown.text(text) + "' is not between 0 and " + MOST);
        return value;
    }

    static Instant instant(String name, String text) {
        try {
            Instant at = Instant.parse(text);
            if (!at.isBefore(Instant.EPOCH) && at.isBefore(YEAR_10000)) {
                return at;
            }
        } catch (DateTimeParseException e) {
            // Said below, as for an instant that no clock shows.
        }
        throw new IllegalArgumentException(
                name + ": '" + Shown.text(text) + "' is no instant such as 2026-11-22T18:00:00Z");
    }

    private static <T> T named(String name, Function<String, T> parse, String text) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    boolean flag(String name) {
        String value = text(name);
        require(value.equals("true") || value.equals("false"), name + ": '" + value + "' is not true or false");
        return value.equals("true");
    }

    <T> T only(T read) {
        require(left.isEmpty(), "unknown " + String.join(", ", left.keySet()));
        return read;
    }

    static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
