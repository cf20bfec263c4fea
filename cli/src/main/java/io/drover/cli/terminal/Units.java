package io.drover.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Numbers as people read them: three figures and a unit. */
public final class Units {
    private static final List<String> BYTES = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter FINE = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private Units() {}

    public static String bytes(long count) {
        int unit = 0;
        double value = (double) count;
        // 999.5 would be shown as four figures.
        while (value >= 999.5 && unit < BYTES.size() - 1) {
            value /= 1024;
            unit++;
        }
        String shape = unit == 0 || value >= 99.95 ? "%.0f %s" : value >= 9.995 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, shape, value, BYTES.get(unit));
    }

    public static String rate(long bytesPerSecond) {
        return bytes(bytesPerSecond) + "/s";
    }

    public static String cores(double cores) {
        return String.format(Locale.ROOT, cores == Math.rint(cores) ? "%.0f" : "%.2f", cores);
    }

    public static String percent(long done, long total) {
        return total <= 0 ? "" : Math.min(100, Math.floorDiv(100 * done, total)) + " %";
    }

    public static String duration(Duration time) {
        long millis = Math.max(0, time.toMillis());
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        Duration whole = Duration.ofSeconds((millis + 500) / 1000);
        if (whole.toMinutes() < 2) {
            return whole.toSeconds() + " s";
        }
        if (whole.toHours() < 2) {
            return whole.toMinutes() + " min " + whole.toSecondsPart() + " s";
        }
        return whole.toDays() < 2
                ? whole.toHours() + " h " + whole.toMinutesPart() + " min"
                : whole.toDays() + " d " + whole.toHoursPart() + " h";
    }

    public static String moment(Instant at, ZoneId zone) {
        return MOMENT.format(at.atZone(zone));
    }

    /** Time of day to the millisecond. */
    public static String fine(Instant at, ZoneId zone) {
        return FINE.format(at.atZone(zone));
    }
}
