package io.drover.worker.migration.destination;

import java.util.Set;

/**
 * What this host offers to machines that come.
 *
 * @param mirrorAddress address on which incoming machines listen for native mirrors
 * @param memoryBytes what machines may use on this host
 * @param imagesReserveBytes what must stay free in the images' file system
 * @param nativeAlgorithms names of the algorithms by which the hypervisor itself writes the disk
 */
public record DestinationSettings(
        String mirrorAddress, long memoryBytes, long imagesReserveBytes, Set<String> nativeAlgorithms) {
    public DestinationSettings {
        nativeAlgorithms = Set.copyOf(nativeAlgorithms);
    }
}
