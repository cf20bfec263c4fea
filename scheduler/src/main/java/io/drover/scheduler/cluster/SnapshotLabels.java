package io.drover.scheduler.cluster;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Labels as one word of a snapshot's line: {@code key=value;key=value}, what would end a word as {@code %XX}. */
final class SnapshotLabels {
    private static final String RESERVED = "%;= ";

    private SnapshotLabels() {}

    /** The field with a space before it; nothing when there are no labels, so that older snapshots stay as they are. */
    static String field(Map<String, String> labels) {
        return labels.isEmpty() ? "" : " labels=" + write(labels);
    }

    private static String write(Map<String, String> labels) {
        return labels.entrySet().stream()
                .map(label -> escaped(label.getKey()) + "=" + escaped(label.getValue()))
                .collect(Collectors.joining(";"));
    }

    static Map<String, String> read(String text) {
        var labels = new LinkedHashMap<String, String>();
        for (String label : text.isEmpty() ? new String[0] : text.split(";", -1)) {
            int equals = label.indexOf('=');
            TextFields.require(equals > 0, "labels: '" + label + "' is not key=value");
            String key = plain(label.substring(0, equals));
            TextFields.require(
                    labels.put(key, plain(label.substring(equals + 1))) == null, "labels: " + key + " stands twice");
        }
        return labels;
    }

    private static String escaped(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || RESERVED.indexOf(c) >= 0) {
                out.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static String plain(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '%') {
                out.append(text.charAt(i));
                continue;
            }
            TextFields.require(i + 2 < text.length(), "labels: '" + text + "' ends within %XX");
            byte[] one = {(byte) Integer.parseInt(text.substring(i + 1, i + 3), 16)};
            out.append(new String(one, StandardCharsets.ISO_8859_1));
            i += 2;
        }
        return out.toString();
    }
}
