package io.drover.scheduler.cluster;

import java.util.LinkedHashMap;
import java.util.Map;

/** The named values of one line; each must be asked for. */
final class Fields {
    private final Map<String, String> left = new LinkedHashMap<>();

    Fields(String text) {
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

    double real(String name) {
        return Double.parseDouble(text(name));
    }

    long whole(String name) {
        return Long.parseLong(text(name));
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
