package io.drover.worker.libvirt.domain;

/** How a domain is started ({@code virDomainCreateFlags}). */
public enum StartFlag implements Flag {
    PAUSED(0),
    /** Destroyed when this connection ends. */
    AUTO_DESTROY(1);

    private final int bit;

    StartFlag(int shift) {
        this.bit = 1 << shift;
    }

    @Override
    public int bit() {
        return bit;
    }
}
