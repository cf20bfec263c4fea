package io.drover.simulator.cloudsim.consolidation;

/**
 * How boldly consolidation packs.
 *
 * @param deviations how many standard deviations above its mean a host's demand is expected to come
 * @param fill share of a host that this expectation may fill when VMs are added to it
 * @param relievedShare share of its capacity that an over-loaded host is brought down to
 * @param wattsPerGigabyte idle power that emptying a host must save for every 10^9 bytes it carries away
 */
public record ConsolidationSettings(double deviations, double fill, double relievedShare, double wattsPerGigabyte) {
    public ConsolidationSettings {
        if (!(deviations >= 0 && fill > 0 && fill <= 1 && relievedShare > 0 && relievedShare <= 1)
                || !(wattsPerGigabyte >= 0)) {
            throw new IllegalArgumentException("deviations " + deviations + ", fill " + fill + ", relieved share "
                    + relievedShare + ", " + wattsPerGigabyte + " W/GB");
        }
    }

    /** Chosen on the public PlanetLab days, the same for all of them (docs/scheduling.md). */
    public static ConsolidationSettings standard() {
        return new ConsolidationSettings(1.5, 0.85, 0.9, 4);
    }

    /** The same, packed more or less boldly. */
    public ConsolidationSettings packed(double withDeviations, double withFill) {
        return new ConsolidationSettings(withDeviations, withFill, relievedShare, wattsPerGigabyte);
    }
}
