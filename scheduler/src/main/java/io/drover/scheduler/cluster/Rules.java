package io.drover.scheduler.cluster;

import java.time.Duration;

/**
 * The limits a plan keeps. They are part of the snapshot, so that a replay decides as the scheduler did.
 *
 * @param high fraction of capacity above which a sample counts as overload
 * @param low fraction of capacity an overloaded host is brought down to
 * @param samplesN how many of a host's newest samples are looked at
 * @param samplesK how many of them must be over the high mark
 * @param coolDown how long a VM and its hosts are left alone after a migration ended
 * @param staleAfter a host whose newest sample is older is neither target nor reason; at least two telemetry periods
 * @param perSource open migrations one source may have
 * @param perDestination open migrations one destination may have
 * @param economy what a move has to earn and may cost
 */
public record Rules(
        double high,
        double low,
        int samplesN,
        int samplesK,
        Duration coolDown,
        Duration staleAfter,
        int perSource,
        int perDestination,
        Economy economy) {
    public Rules {
        require(high > 0 && high <= 1, "high: " + high + " is not in (0, 1]");
        require(low > 0 && low < high, "low: " + low + " is not below high (" + high + ")");
        require(samplesN >= 1, "samples_n: " + samplesN + " is below 1");
        require(samplesK >= 1 && samplesK <= samplesN, "samples_k: " + samplesK + " is not between 1 and samples_n");
        require(!coolDown.isNegative(), "cooldown: is negative");
        require(staleAfter.isPositive(), "stale: is not positive");
        require(perSource >= 1 && perDestination >= 1, "per_source, per_destination: at least 1");
    }

    /** With the standard economy. */
    public Rules(
            double high,
            double low,
            int samplesN,
            int samplesK,
            Duration coolDown,
            Duration staleAfter,
            int perSource,
            int perDestination) {
        this(high, low, samplesN, samplesK, coolDown, staleAfter, perSource, perDestination, Economy.standard());
    }

    public Rules with(Economy other) {
        return new Rules(high, low, samplesN, samplesK, coolDown, staleAfter, perSource, perDestination, other);
    }

    /** How far back samples are worth reading: with a period of half {@code staleAfter}, n samples fit twice. */
    public Duration window() {
        return staleAfter.multipliedBy(samplesN + 1L);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
