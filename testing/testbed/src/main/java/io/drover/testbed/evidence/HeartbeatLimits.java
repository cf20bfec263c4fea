package io.drover.testbed.evidence;

/**
 * What heartbeats must keep to.
 *
 * @param ratePerSecondMin mean over all of them
 * @param gapNanosMax longest time between two of them, whatever the reason
 */
public record HeartbeatLimits(double ratePerSecondMin, long gapNanosMax) {}
