package io.drover.worker.libvirt.domain;

/** How a domain is ended ({@code virDomainDestroyFlagsValues}). */
public enum DestroyFlag implements Flag {
    /** By SIGTERM only; without it libvirt sends SIGKILL after some seconds. */
    GRACEFUL(0);

    private final int bit;

    DestroyFlag(int shift) {
        this.bit = 1 << shift;
    }

    @Override
    public int bit() {
        return bit;
    }
}
