package io.drover.scheduler.cluster;

import java.time.Duration;

/**
 * What a move has to earn, what it may cost, and how long it is not undone. Part of the snapshot, so that a replay
 * decides as the scheduler did.
 *
 * @param risk probability of being over the high mark above which a forecast agrees with the samples, [0, 1)
 * @param pressure fraction of the time in which somebody has to wait for a processor before a host counts as overloaded
 *     by processors alone, [0, 1); where nobody measures that, and with 0, the load decides
 * @param z standard deviations of its demand a destination must hold within its capacity; 1.64 leaves 5 %
 * @param payback how long overload avoided is counted from when the last copy is done
 * @param worth overload-seconds a plan must avoid for each second of cost
 * @param margin fraction of a host's predicted overload that a plan must avoid at least, [0, 1)
 * @param degradation how much a VM and the two links suffer while it is copied, as a fraction of the copy's
 *     seconds
 * @param linkShare fraction of a link that copies may use, (0, 1]
 * @param perLink open migrations one host's link carries, in and out together
 * @param restPerGib how long a VM rests for each GiB moved, on top of the cool-down
 * @param noReturn how long a VM does not go back where it came from, at least
 * @param vmDayBytes bytes of moves a VM may cause in 24 hours; 0: no limit
 * @param hostDayBytes the same for a host, in and out together
 * @param fleetDayBytes the same for all
 */
public record Economy(
        double risk,
        double pressure,
        double z,
        Duration payback,
        double worth,
        double margin,
        double degradation,
        double linkShare,
        int perLink,
        Duration restPerGib,
        Duration noReturn,
        long vmDayBytes,
        long hostDayBytes,
        long fleetDayBytes) {
    /** Of any budget or measurement: 64 PiB, so that sums do not overflow. */
    public static final long BYTES_MOST = 1L << 56;

    public Economy {
        require(risk >= 0 && risk < 1, "risk: " + risk + " is not in [0, 1)");
        require(pressure >= 0 && pressure < 1, "pressure: " + pressure + " is not in [0, 1)");
        require(z >= 0 && z <= 10, "z: " + z + " is not in [0, 10]");
        require(payback.isPositive(), "payback: is not positive");
        require(worth >= 0 && worth < Double.POSITIVE_INFINITY, "worth: " + worth + " is negative or none");
        require(margin >= 0 && margin < 1, "margin: " + margin + " is not in [0, 1)");
        require(degradation >= 0 && degradation <= 1, "degradation: " + degradation + " is not in [0, 1]");
        require(linkShare > 0 && linkShare <= 1, "link_share: " + linkShare + " is not in (0, 1]");
        require(perLink >= 1, "per_link: " + perLink + " is below 1");
        require(!restPerGib.isNegative() && !noReturn.isNegative(), "rest_per_gib, no_return: negative");
        require(vmDayBytes >= 0 && hostDayBytes >= 0 && fleetDayBytes >= 0, "day_bytes: negative");
    }

    /** What a scheduler uses unless it is configured otherwise. */
    public static Economy standard() {
        return new Economy(
                0.3,
                0.01,
                1.64,
                Duration.ofHours(1),
                1,
                0.1,
                0.1,
                0.5,
                4,
                Duration.ofMinutes(1),
                Duration.ofHours(1),
                0,
                0,
                0);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
