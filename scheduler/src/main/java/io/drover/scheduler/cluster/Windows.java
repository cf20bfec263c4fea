package io.drover.scheduler.cluster;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Spans of time, by commas: {@code always}; {@code shutdown}, which a host's worker sets and takes away; an ISO 8601
 * interval, {@code 2026-11-23T22:00:00Z/2026-11-24T02:00:00Z}; a weekly one, {@code sat/22:00/PT4H}, its start in UTC and
 * at most a week long.
 */
public record Windows(List<Window> windows) {
    /** Until an operator takes it away. */
    public static final String ALWAYS = "always";
    /** Set by the worker of a host that shuts down, taken away by the worker of a host that is up again. */
    public static final String SHUTDOWN = "shutdown";

    public Windows {
        windows = List.copyOf(windows);
    }

    /** Throws {@link IllegalArgumentException} that shows the window at fault. */
    public static Windows parse(String text) {
        return new Windows(Stream.of(text.split(",", -1)).map(Windows::window).toList());
    }

    public boolean contain(Instant at) {
        return windows.stream().anyMatch(window -> window.contains(at));
    }

    /** One span of time, or one a week. */
    public sealed interface Window {
        boolean contains(Instant at);
    }

    /** Open as long as it stands. */
    private record Open() implements Window {
        @Override
        public boolean contains(Instant at) {
            return true;
        }
    }

    private record Span(Instant from, Instant to) implements Window {
        @Override
        public boolean contains(Instant at) {
            return !at.isBefore(from) && at.isBefore(to);
        }
    }

    private record Weekly(DayOfWeek day, LocalTime start, Duration length) implements Window {
        @Override
        public boolean contains(Instant at) {
            OffsetDateTime day = at.atOffset(ZoneOffset.UTC).with(TemporalAdjusters.previousOrSame(this.day));
            OffsetDateTime began = day.with(start);
            if (began.toInstant().isAfter(at)) {
                began = began.minusWeeks(1);
            }
            return at.isBefore(began.toInstant().plus(length));
        }
    }

    private static Window window(String text) {
        String[] parts = text.strip().split("/", -1);
        try {
            return switch (parts.length) {
                case 1 -> open(parts[0]);
                case 2 -> span(Instant.parse(parts[0]), Instant.parse(parts[1]));
                case 3 -> weekly(day(parts[0]), LocalTime.parse(parts[1]), Duration.parse(parts[2]));
                default -> throw new IllegalArgumentException();
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither 'always' nor a span such as 2026-11-23T22:00:00Z/2026-11-24T02:00:00Z"
                            + " nor a weekly one such as sat/22:00/PT4H",
                    e);
        }
    }

    private static Window open(String text) {
        TextFields.require(text.equals(ALWAYS) || text.equals(SHUTDOWN), text);
        return new Open();
    }

    private static Window span(Instant from, Instant to) {
        TextFields.require(from.isBefore(to), "ends before it begins");
        return new Span(from, to);
    }

    private static Window weekly(DayOfWeek day, LocalTime start, Duration length) {
        TextFields.require(length.isPositive() && length.compareTo(Duration.ofDays(7)) <= 0, "not within a week");
        return new Weekly(day, start, length);
    }

    private static DayOfWeek day(String text) {
        return Stream.of(DayOfWeek.values())
                .filter(day ->
                        day.name().substring(0, 3).toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new);
    }
}
