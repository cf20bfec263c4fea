package io.drover.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The families of metrics that a program tells, and those that the manual lists. */
public final class MetricFamilies {
    private static final Path MANUAL = Path.of("../docs/operating/metrics.md");
    private static final Pattern HELP = Pattern.compile("(?m)^# HELP (drover_\\w+) (.*)\n# TYPE \\w+ (\\w+)$");

    /** What every program tells. */
    private static final Set<String> COMMON = Set.of(
            "drover_broker_connected",
            "drover_build_info",
            "drover_certificate_expiry_timestamp_seconds",
            "drover_database_connected",
            "drover_loops_healthy",
            "drover_queue_messages");

    private MetricFamilies() {}

    /** What every program tells: rows of a table, by name, of the text that Prometheus scrapes. */
    public static String common(String scrape) {
        return table(scrape, COMMON::contains);
    }

    /** What this program alone tells. */
    public static String own(String scrape) {
        return table(scrape, name -> !COMMON.contains(name));
    }

    private static String table(String scrape, Predicate<String> wanted) {
        var rows = new TreeMap<String, String>();
        for (MatchResult family : HELP.matcher(scrape).results().toList()) {
            if (wanted.test(family.group(1))) {
                rows.put(
                        family.group(1),
                        "| `%s` | %s | %s |\n".formatted(family.group(1), family.group(3), family.group(2)));
            }
        }
        return String.join("", rows.values());
    }

    /**
     * The table below a heading of the manual; with {@code -Dgolden.update=true} it is written there first.
     *
     * @param heading without its {@code #}
     * @param table as it should be there
     */
    public static String inManual(String heading, String table) throws IOException {
        String text = Files.readString(MANUAL);
        var place = Pattern.compile("(?s)(\n## " + heading + "\n.*?\n\\|---\\|---\\|---\\|\n)((?:\\|[^\n]*\n)*)")
                .matcher(text);
        if (!place.find()) {
            throw new IOException(MANUAL + " has no table below " + heading);
        }
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(MANUAL, text.substring(0, place.start(2)) + table + text.substring(place.end(2)));
            return table;
        }
        return place.group(2);
    }
}
