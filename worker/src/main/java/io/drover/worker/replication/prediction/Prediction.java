package io.drover.worker.replication.prediction;

/**
 * What an algorithm would cost for one disk, from its first byte to its last, the bulk included.
 *
 * @param seconds spent on this disk; other disks and memory come on top
 * @param wireBytes of this disk
 * @param downtimeSeconds of the pause that this disk takes
 * @param guestDelaySeconds added to a write of the guest, at worst, outside of the pause
 * @param converges whether it ends within the longest pause allowed
 */
public record Prediction(
        double seconds, double wireBytes, double downtimeSeconds, double guestDelaySeconds, boolean converges) {}
