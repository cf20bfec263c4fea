package io.drover.scheduler.balancing.demand;

import java.time.Instant;
import java.time.ZoneOffset;

/**
 * How a demand usually changes through the day, against now.
 *
 * @param hours usual demand by hour of the day, UTC; empty: not known, and no change
 */
@SuppressWarnings("ArrayRecordComponent") // Summed over a host's VMs once a plan.
public record Season(Instant now, double[] hours) {
    public static Season none(Instant now) {
        return new Season(now, new double[0]);
    }

    /** What is to be added to the present demand, that many seconds from now. */
    public double change(double seconds) {
        return hours.length == 0 ? 0 : at(seconds) - at(0);
    }

    /** Between the middles of two hours, on the line between them. */
    private double at(double seconds) {
        double second = now.atOffset(ZoneOffset.UTC).toLocalTime().toSecondOfDay() + seconds;
        double hour = second / 3600 - 0.5;
        int before = (int) Math.floor(hour);
        double part = hour - before;
        return hours[Math.floorMod(before, 24)] * (1 - part) + hours[Math.floorMod(before + 1, 24)] * part;
    }
}
