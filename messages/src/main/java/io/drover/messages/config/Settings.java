package io.drover.messages.config;

import io.drover.messages.text.FileProblem;
import io.drover.messages.text.Numbers;
import io.drover.messages.text.TimeSpan;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of one configuration file. A program asks for each key it knows, then calls
 * {@link #refuseUnknown}: a key nobody asked for stops the start.
 */
public final class Settings {
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final String MASK = "********";
    private final Map<String, String> given;
    private final Map<String, String> effective = new TreeMap<>();

    private Settings(Map<String, String> given) {
        this.given = given;
    }

    public static Settings of(Map<String, String> values) {
        return new Settings(Map.copyOf(values));
    }

    /** Reads a file of Java's properties format in UTF-8, in which each key stands once. */
    public static Settings read(Path file) throws ConfigException {
        try {
            return new Settings(parse(Files.readString(file)));
        } catch (IOException e) {
            throw new ConfigException("cannot read " + file + ": " + FileProblem.of(file, e));
        } catch (ConfigException e) {
            throw new ConfigException(file + ": " + e.getMessage());
        }
    }

    private static Map<String, String> parse(String text) throws ConfigException {
        if (text.startsWith(BYTE_ORDER_MARK)) {
            throw new ConfigException("begins with a byte order mark: save it as UTF-8 without one");
        }
        var once = new Once();
        try {
            once.load(new StringReader(text));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("holds a \\u that no four hexadecimal digits follow");
        }
        if (!once.twice.isEmpty()) {
            throw new ConfigException(String.join(", ", once.twice) + ": stands twice");
        }
        var values = new TreeMap<String, String>();
        for (String key : once.stringPropertyNames()) {
            String value = String.valueOf(once.getProperty(key));
            if ((key + value).chars().anyMatch(Character::isISOControl)) {
                throw new ConfigException(key.codePoints()
                                .map(code -> Character.isISOControl(code) ? '?' : code)
                                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        + ": holds a control character");
            }
            values.put(key, value);
        }
        return values;
    }

    /** Of two lines with the same key the last would win silently. */
    private static final class Once extends Properties {
        private static final long serialVersionUID = 1L;
        private final TreeSet<String> twice = new TreeSet<>();

        @Override
        public synchronized @Nullable Object put(Object key, Object value) {
            Object before = super.put(key, value);
            if (before != null) {
                twice.add(key.toString());
            }
            return before;
        }
    }

    public String text(String key) throws ConfigException {
        return value(key, null, "text", Function.identity(), false);
    }

    public String text(String key, String fallback) throws ConfigException {
        return value(key, fallback, "text", Function.identity(), false);
    }

    /** Like {@link #text(String)}, but shown masked. */
    public String secret(String key) throws ConfigException {
        return value(key, null, "text", Function.identity(), true);
    }

    public long whole(String key, long fallback, long min, long max) throws ConfigException {
        String shape = "a whole number from " + min + " to " + max;
        return value(key, Long.toString(fallback), shape, text -> inRange(Numbers.whole(text), min, max), false);
    }

    public double real(String key, double fallback, double min, double max) throws ConfigException {
        String shape = "a number from " + min + " to " + max;
        return value(key, Double.toString(fallback), shape, text -> inRange(Numbers.real(text), min, max), false);
    }

    /** A span of time; a bare number is seconds, with a fraction if need be. Keys end in {@code _s}. */
    public Duration seconds(String key, double fallback, double min, double max) throws ConfigException {
        return span(key, Double.toString(fallback), "seconds", 1e9, min, max);
    }

    /** A span of time; a bare number is milliseconds. Keys end in {@code _ms}. */
    public Duration millis(String key, int fallback, int min, int max) throws ConfigException {
        return span(key, Integer.toString(fallback), "milliseconds", 1e6, min, max);
    }

    private Duration span(String key, String fallback, String unit, double unitNanos, double min, double max)
            throws ConfigException {
        String shape = "a number of " + unit + " from " + plain(min) + " to " + plain(max)
                + ", or a span of time such as 500ms, 90s or 5min";
        return value(key, fallback, shape, text -> span(text, unitNanos, min, max), false);
    }

    private static Duration span(String text, double unitNanos, double min, double max) {
        boolean bare = !text.startsWith("P") && Character.isDigit(text.charAt(text.length() - 1));
        double count = bare ? Numbers.real(text) : TimeSpan.parse(text).toNanos() / unitNanos;
        return Duration.ofNanos((long) (inRange(count, min, max) * unitNanos));
    }

    /** An IP address in figures: a name could resolve to something else tomorrow. */
    public InetAddress ipAddress(String key, String fallback) throws ConfigException {
        String shape = "an IP address such as 127.0.0.1";
        return value(key, fallback, shape, InetAddress::ofLiteral, false);
    }

    public Path path(String key) throws ConfigException {
        return value(key, null, "an absolute path", Settings::absolute, false);
    }

    public Path path(String key, Path fallback) throws ConfigException {
        return value(key, fallback.toString(), "an absolute path", Settings::absolute, false);
    }

    /** One of a few words. */
    public String choice(String key, String fallback, Collection<String> allowed) throws ConfigException {
        String shape = "one of " + String.join(", ", new TreeSet<>(allowed));
        return value(
                key,
                fallback,
                shape,
                text -> {
                    if (!allowed.contains(text)) {
                        throw new IllegalArgumentException(text);
                    }
                    return text;
                },
                false);
    }

    /** Whether the file says anything of this key; asks for nothing. */
    public boolean has(String key) {
        return given.containsKey(key);
    }

    /** To be called after every known key was asked for. */
    public void refuseUnknown() throws ConfigException {
        var unknown = new TreeSet<>(given.keySet());
        unknown.removeAll(effective.keySet());
        if (!unknown.isEmpty()) {
            throw new ConfigException("unknown key " + String.join(", ", unknown) + "; known are "
                    + String.join(", ", effective.keySet()));
        }
    }

    /** Every key asked for with the value in force, secrets masked; for the log. */
    public Map<String, String> effective() {
        return Map.copyOf(effective);
    }

    /** The part of {@link #effective} that the file says; the rest is as documented. */
    public Map<String, String> given() {
        var said = new TreeMap<>(effective);
        said.keySet().retainAll(given.keySet());
        return said;
    }

    private <T> T value(String key, @Nullable String fallback, String shape, Function<String, T> parse, boolean masked)
            throws ConfigException {
        String text = given.getOrDefault(key, fallback == null ? "" : fallback).strip();
        if (text.isEmpty()) {
            throw new ConfigException(key + ": missing; must be " + shape);
        }
        effective.put(key, masked ? MASK : text);
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(key + ": '" + (masked ? MASK : text) + "' is not " + shape);
        }
    }

    private static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    private static long inRange(long number, long min, long max) {
        if (number < min || number > max) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    private static double inRange(double number, double min, double max) {
        if (!(number >= min && number <= max)) {
            throw new IllegalArgumentException();
        }
        return number;
    }

    private static Path absolute(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException(text);
        }
        return path;
    }
}
