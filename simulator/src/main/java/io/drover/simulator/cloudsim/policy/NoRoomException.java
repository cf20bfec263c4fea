package io.drover.simulator.cloudsim.policy;

/** The VMs of a day do not fit on the hosts. */
public final class NoRoomException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoRoomException(String message) {
        super(message);
    }
}
