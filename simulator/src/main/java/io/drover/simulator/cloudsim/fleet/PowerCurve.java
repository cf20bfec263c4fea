package io.drover.simulator.cloudsim.fleet;

/**
 * Power of a host by its CPU's utilisation, linear between measured points (SPECpower_ssj2008).
 *
 * <p>The arithmetic keeps one order of operations on purpose: hosts on the same stretch of the curve differ only by
 * rounding, and CloudSim's placement prefers the smaller difference of two powers.
 */
public final class PowerCurve {
    private static final int STEPS = 10;
    private final double[] watts;

    /**
     * Makes a curve.
     *
     * @param watts power at 0, 10, … 100 %
     */
    public PowerCurve(double... watts) {
        if (watts.length != STEPS + 1) {
            throw new IllegalArgumentException(watts.length + " points instead of " + (STEPS + 1));
        }
        this.watts = watts.clone();
    }

    /**
     * Power in watts.
     *
     * @param utilisation 0 to 1
     */
    public double watts(double utilisation) {
        if (!(utilisation >= 0 && utilisation <= 1)) {
            throw new IllegalArgumentException("utilisation " + utilisation);
        }
        if (utilisation % 0.1 == 0) {
            return watts[(int) (utilisation * STEPS)];
        }
        int below = (int) Math.floor(utilisation * STEPS);
        int above = (int) Math.ceil(utilisation * STEPS);
        double slope = (watts[above] - watts[below]) / STEPS;
        return watts[below] + slope * (utilisation - (double) below / STEPS) * 100;
    }
}
