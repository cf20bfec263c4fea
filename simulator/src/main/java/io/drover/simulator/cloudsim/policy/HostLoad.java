package io.drover.simulator.cloudsim.policy;

/** One host as an over-load test sees it, with the VMs it would have. */
public interface HostLoad {
    /** MIPS of the host. */
    double totalMips();

    /** MIPS its VMs ask for now. */
    double requestedMips();

    /**
     * Utilisation at the last ticks, newest first: the sum over the VMs it has now. Zeros at the end, from before
     * the VMs' time, are cut off, but one entry is always left. The array is the caller's.
     */
    double[] history();
}
