package io.drover.worker.libvirt.domain;

/** What is told of domains ({@code virDomainStatsTypes}). */
public enum StatsGroup implements Flag {
    STATE(0),
    CPU_TOTAL(1),
    BALLOON(2),
    VCPU(3),
    INTERFACE(4),
    BLOCK(5),
    IOTHREAD(7),
    DIRTYRATE(9);

    private final int bit;

    StatsGroup(int shift) {
        this.bit = 1 << shift;
    }

    @Override
    public int bit() {
        return bit;
    }
}
