package io.drover.worker.libvirt.domain;

/** {@code virDomainState}. */
public enum DomainState {
    NO_STATE(0, "no state"),
    RUNNING(1, "running"),
    BLOCKED(2, "idle"),
    PAUSED(3, "paused"),
    SHUTTING_DOWN(4, "in shutdown"),
    SHUT_OFF(5, "shut off"),
    CRASHED(6, "crashed"),
    PM_SUSPENDED(7, "pmsuspended"),
    /** A later libvirt's. */
    UNKNOWN(-1, "unknown");

    private final int code;
    private final String words;

    DomainState(int code, String words) {
        this.code = code;
        this.words = words;
    }

    static DomainState of(int code) {
        for (DomainState state : values()) {
            if (state.code == code) {
                return state;
            }
        }
        return UNKNOWN;
    }

    /** As {@code virsh} says it. */
    @Override
    public String toString() {
        return words;
    }
}
