package io.drover.scheduler.balancing.load;

import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.cluster.Host;
import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them in a decision's sentence. */
public final class Amounts {
    private Amounts() {}

    public static String bytes(long bytes) {
        return bytes >= 1L << 30
                ? String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30))
                : String.format(Locale.ROOT, "%d MiB", Math.round(bytes / (double) (1L << 20)));
    }

    public static String percent(double fraction) {
        return Math.round(fraction * 100) + " %";
    }

    /** For example {@code CPU 1.31 of 1.50 cores (87 %)}. */
    public static String cpu(double cores, Host host) {
        return String.format(
                Locale.ROOT,
                "CPU %.2f of %.2f cores (%s)",
                cores,
                host.cpuCores(),
                percent(Load.fraction(cores, host.cpuCores())));
    }

    /** For example {@code memory 3.1 GiB of 4.0 GiB (78 %)}. */
    public static String memory(double bytes, Host host) {
        return amount("memory", bytes, (double) host.memoryBytes(), "");
    }

    public static String load(Load load, Dimension dimension, Host host) {
        double value = load.of(dimension);
        return switch (dimension) {
            case CPU -> cpu(value, host);
            case MEMORY -> memory(value, host);
            case DISK -> amount("disk", value, host.diskBytesPerSecond(), "/s");
            case NETWORK -> amount("network", value, host.networkBytesPerSecond(), "/s");
        };
    }

    private static String amount(String what, double value, double capacity, String per) {
        return what + " " + bytes((long) value) + per + " of " + bytes((long) capacity) + per + " ("
                + percent(Load.fraction(value, capacity)) + ")";
    }

    public static String seconds(Duration duration) {
        return duration.toSeconds() + " s";
    }
}
