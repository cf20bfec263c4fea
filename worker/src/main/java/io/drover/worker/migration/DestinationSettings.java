package io.drover.worker.migration;

import java.util.Set;

/**
 * What this host offers to machines that come.
 *
 * @param memoryAddress address on which incoming machines listen for memory and mirrors
 * @param memoryBytes what machines may use on this host
 * @param imagesReserveBytes what must stay free in the images' file system
 * @param nativeAlgorithms names of the algorithms by which the hypervisor itself writes the disk
 */
public record DestinationSettings(
        String memoryAddress, long memoryBytes, long imagesReserveBytes, Set<String> nativeAlgorithms) {
    public DestinationSettings {
        nativeAlgorithms = Set.copyOf(nativeAlgorithms);
    }
}
