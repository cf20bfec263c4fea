package io.drover.scheduler.http;

import io.drover.messages.time.Clock;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;

/**
 * How often an address may show a token that is none: ten times, and then once in six seconds. A secret of 256 bits is not
 * guessed; this keeps strangers from asking the database all day.
 */
final class FailedLogins {
    static final int BURST = 10;
    static final Duration ONE_EACH = Duration.ofSeconds(6);

    private static final int ADDRESSES_MAX = 10_000;
    /** Of IPv6, what one customer is given. */
    private static final int PREFIX_BYTES = 8;

    private final Clock clock;
    /** Until when each has used up its tries, had it had one at a time; the one that failed last at the end. */
    private final LinkedHashMap<String, Duration> usedUpTo = new LinkedHashMap<>();

    FailedLogins(Clock clock) {
        this.clock = clock;
    }

    /** Whether a token of this address is looked at. */
    synchronized boolean mayTry(InetAddress from) {
        return ahead(network(from)).compareTo(ONE_EACH.multipliedBy(BURST - 1L)) <= 0;
    }

    synchronized void failed(InetAddress from) {
        String network = network(from);
        Duration upTo = clock.elapsed().plus(ahead(network)).plus(ONE_EACH);
        usedUpTo.remove(network);
        usedUpTo.put(network, upTo);
        if (usedUpTo.size() > ADDRESSES_MAX) {
            usedUpTo.pollFirstEntry();
        }
    }

    private Duration ahead(String network) {
        Duration ahead = usedUpTo.getOrDefault(network, Duration.ZERO).minus(clock.elapsed());
        return ahead.isNegative() ? Duration.ZERO : ahead;
    }

    private static String network(InetAddress from) {
        byte[] bytes = from.getAddress();
        return Arrays.toString(from instanceof Inet6Address ? Arrays.copyOf(bytes, PREFIX_BYTES) : bytes);
    }
}
