package io.drover.testbed.evidence;

/**
 * A line as it came, without its end.
 *
 * @param atNanos when the last byte of it arrived, by the recorder's clock
 */
public record ConsoleLine(long atNanos, String text) {}
