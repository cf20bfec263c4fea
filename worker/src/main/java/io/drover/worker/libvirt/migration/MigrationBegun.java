package io.drover.worker.libvirt.migration;

/**
 * What the source's Begin gave for the destination's Prepare.
 *
 * @param xml the destination's description: what was asked for, made complete and checked against the guest
 */
public record MigrationBegun(String xml, MigrationCookie cookie) {}
