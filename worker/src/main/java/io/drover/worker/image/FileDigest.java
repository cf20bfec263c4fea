package io.drover.worker.image;

/**
 * What a file holds.
 *
 * @param bytes its length
 * @param sha256 in hex
 */
public record FileDigest(long bytes, String sha256) {}
