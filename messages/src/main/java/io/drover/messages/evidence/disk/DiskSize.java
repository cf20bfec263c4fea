package io.drover.messages.evidence.disk;

/**
 * How large a disk is.
 *
 * @param size in bytes
 */
public record DiskSize(long size) {}
