package io.drover.simulator.stock.policy;

/** Says whether a host counts as over-loaded. */
@FunctionalInterface
public interface OverloadTest {
    /** Whether this host counts as over-loaded. */
    boolean overloaded(HostLoad host);

    /** THR: the machines ask for more than this share of the host. */
    static OverloadTest threshold(double share) {
        return host -> host.requestedMips() / host.totalMips() > share;
    }
}
