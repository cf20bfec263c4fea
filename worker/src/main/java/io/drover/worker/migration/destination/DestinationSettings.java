package io.drover.worker.migration.destination;

import java.util.Set;

/**
 * What this host offers to VMs that come.
 *
 * @param mirrorAddress address on which incoming VMs listen for native mirrors
 * @param memoryBytes what VMs may use on this host
 * @param imagesReserveBytes what must stay free in the images' file system
 * @param nativeAlgorithms names of the algorithms by which the hypervisor itself writes the disk
 */
public record DestinationSettings(
        String mirrorAddress, long memoryBytes, long imagesReserveBytes, Set<String> nativeAlgorithms) {
    public DestinationSettings {
        nativeAlgorithms = Set.copyOf(nativeAlgorithms);
    }
}
