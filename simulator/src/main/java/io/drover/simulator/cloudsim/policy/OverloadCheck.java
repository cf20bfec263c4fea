package io.drover.simulator.cloudsim.policy;

/** Says whether a host counts as over-loaded. */
@FunctionalInterface
public interface OverloadCheck {
    /** Whether this host counts as over-loaded. */
    boolean overloaded(HostLoad host);

    /** THR: the VMs ask for more than this share of the host. */
    static OverloadCheck threshold(double share) {
        return host -> host.requestedMips() / host.totalMips() > share;
    }
}
