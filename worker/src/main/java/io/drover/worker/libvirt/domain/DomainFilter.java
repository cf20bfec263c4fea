package io.drover.worker.libvirt.domain;

/** Which domains are meant ({@code virConnectListAllDomainsFlags}). Of two that exclude each other both or none mean all. */
public enum DomainFilter implements Flag {
    ACTIVE(0),
    INACTIVE(1),
    PERSISTENT(2),
    TRANSIENT(3);

    private final int bit;

    DomainFilter(int shift) {
        this.bit = 1 << shift;
    }

    @Override
    public int bit() {
        return bit;
    }
}
