package io.drover.worker.libvirt.domain;

/** What a description holds ({@code virDomainXMLFlags}). */
public enum XmlFlag implements Flag {
    /** With passwords. */
    SECURE(0),
    /** What the next start will use, also of an active domain. */
    INACTIVE(1),
    UPDATE_CPU(2),
    /** Without what another libvirt would not understand. */
    MIGRATABLE(3);

    private final int bit;

    XmlFlag(int shift) {
        this.bit = 1 << shift;
    }

    @Override
    public int bit() {
        return bit;
    }
}
