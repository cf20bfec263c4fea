package io.drover.worker.migration.source;

import java.time.Duration;

/**
 * How much of its rate the bulk may use, from the guest's own disk latency: halved while the guest waits too long, a tenth
 * more each time it does not (additive increase, multiplicative decrease). It never falls to nothing: a guest that is slow
 * for a reason of its own must still get away.
 */
final class LatencyBackoff {
    static final double LEAST = 0.05;
    private static final double MORE = 0.1;

    private final Duration most;
    private double part = 1;

    /** @param most latency that is no reason to back off; zero: there is none */
    LatencyBackoff(Duration most) {
        this.most = most;
    }

    /** For a guest whose requests took so long before there was a copy: only what is more than twice that is too long. */
    LatencyBackoff forDiskUsuallyAt(Duration usual) {
        Duration twice = usual.multipliedBy(2);
        return most.isZero() || twice.compareTo(most) <= 0 ? this : new LatencyBackoff(twice);
    }

    void observed(Duration latency) {
        if (!most.isZero() && latency.compareTo(most) > 0) {
            part = Math.max(LEAST, part / 2);
        } else {
            part = Math.min(1, part + MORE);
        }
    }

    /**
     * Bytes per second for a bulk that is slowed down: its part of what was measured. An attempt that is slowed down before it
     * has shown what the link carries would keep what it measures low by that pace, so that {@link #LEAST} of what the link
     * is allowed counts as measured in any case.
     */
    long pace(double measured, double allowed) {
        return Math.max(1, Math.round(part * Math.max(measured, LEAST * allowed)));
    }

    /** Between {@link #LEAST} and 1. */
    double part() {
        return part;
    }
}
