package io.drover.worker.hypervisor;

import java.util.Set;

/**
 * What must agree between two hosts before memory may move, and how this one runs guests.
 *
 * @param version for example {@code QEMU 7.2.22}
 * @param accelerator {@code kvm} or {@code tcg}, found by starting a guest with a deadline
 * @param machineTypes versioned machine types it can run
 */
public record HypervisorFacts(String version, String accelerator, Set<String> machineTypes, Set<String> cpuModels) {
    public HypervisorFacts {
        machineTypes = Set.copyOf(machineTypes);
        cpuModels = Set.copyOf(cpuModels);
    }
}
