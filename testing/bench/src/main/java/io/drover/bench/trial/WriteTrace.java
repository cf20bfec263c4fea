package io.drover.bench.trial;

import io.drover.testbed.evidence.ConsoleLine;
import io.drover.testbed.evidence.ConsoleRecording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the guest's open loop said of its writes, each line stamped by the host. */
public final class WriteTrace {
    private static final Pattern LINE =
            Pattern.compile("LOAD (\\d+) due=(\\d+) done=(\\d+) unique=(\\d+) worst_us=(\\d+) h=([0-9:,]*);");
    private static final double PERCENTILE = 0.99;

    /** One line; buckets and worst since the line before, the rest since the start. */
    private record Point(
            long atNanos, long due, long done, long unique, long worstMicros, Map<Integer, Long> buckets) {}

    private final List<Point> points = new ArrayList<>();

    /**
     * The writes of a stretch of time.
     *
     * @param worstAtNanos when the guest told of the worst, at most a line after it happened
     * @param unique 4 KiB blocks written since the last mark, each counted once
     */
    public record Figures(
            long offered, long achieved, long unique, double worstMillis, long worstAtNanos, double p99Millis) {
        public double achievedFraction() {
            return offered == 0 ? 1 : Math.min(1, (double) achieved / offered);
        }
    }

    /**
     * From the consoles of one guest in the order in which it ran there; a line may begin on one and end on the next.
     */
    public WriteTrace(List<ConsoleRecording> recordings) {
        String begun = "";
        for (ConsoleRecording recording : recordings) {
            for (ConsoleLine line : recording.lines()) {
                add(line.atNanos(), begun + line.text());
                begun = "";
            }
            ConsoleLine tail = recording.tail();
            begun = tail == null ? "" : tail.text();
        }
    }

    private void add(long atNanos, String text) {
        Matcher line = LINE.matcher(text);
        if (line.matches()) {
            points.add(new Point(
                    atNanos,
                    Long.parseLong(line.group(2)),
                    Long.parseLong(line.group(3)),
                    Long.parseLong(line.group(4)),
                    Long.parseLong(line.group(5)),
                    buckets(line.group(6))));
        }
    }

    private static Map<Integer, Long> buckets(String text) {
        var buckets = new TreeMap<Integer, Long>();
        for (String entry : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            String[] pair = entry.split(":", -1);
            buckets.put(Integer.valueOf(pair[0]), Long.valueOf(pair[1]));
        }
        return buckets;
    }

    /** When the last line came; 0 when none did. */
    public long lastAtNanos() {
        return points.isEmpty() ? 0 : points.getLast().atNanos();
    }

    /** From the line before {@code fromNanos} to the first after {@code toNanos}; empty when there are not two. */
    public Optional<Figures> between(long fromNanos, long toNanos) {
        int start = -1;
        int end = -1;
        for (int i = 0; i < points.size(); i++) {
            start = points.get(i).atNanos() <= fromNanos ? i : start;
            end = end < 0 || points.get(end).atNanos() < toNanos ? i : end;
        }
        return start < 0 || end <= start ? Optional.empty() : Optional.of(figures(start, end));
    }

    /** Blocks that were written until then, each counted once, as the load counted since its last mark. */
    public long uniqueAt(long atNanos) {
        long unique = 0;
        for (Point point : points) {
            unique = point.atNanos() <= atNanos ? point.unique() : unique;
        }
        return unique;
    }

    private Figures figures(int start, int end) {
        var buckets = new TreeMap<Integer, Long>();
        long worst = 0;
        long worstAt = 0;
        for (Point point : points.subList(start + 1, end + 1)) {
            point.buckets().forEach((bucket, count) -> buckets.merge(bucket, count, Long::sum));
            worstAt = point.worstMicros() > worst ? point.atNanos() : worstAt;
            worst = Math.max(worst, point.worstMicros());
        }
        Point last = points.get(end);
        Point first = points.get(start);
        return new Figures(
                last.due() - first.due(),
                last.done() - first.done(),
                last.unique(),
                worst / 1000.0,
                worstAt,
                // A bucket's upper end may be above anything that happened.
                Math.min(p99(buckets), worst / 1000.0));
    }

    private static double p99(SortedMap<Integer, Long> buckets) {
        long all = buckets.values().stream().mapToLong(Long::longValue).sum();
        long seen = 0;
        for (var entry : buckets.entrySet()) {
            seen += entry.getValue();
            if (seen >= all * PERCENTILE) {
                return upperMicros(entry.getKey()) / 1000.0;
            }
        }
        return 0;
    }

    /** The witness' buckets: four an octave, the first eight of one microsecond each. */
    static long upperMicros(int bucket) {
        int next = bucket + 1;
        return next < 4 ? next : (4L + next % 4) << (next / 4 - 1);
    }
}
