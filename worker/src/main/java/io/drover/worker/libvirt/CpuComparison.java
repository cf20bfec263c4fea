package io.drover.worker.libvirt;

/**
 * Whether a guest's processor is to be had at a host.
 *
 * @param words what is missing, in libvirt's words; empty when nothing is
 */
public record CpuComparison(boolean compatible, String words) {}
