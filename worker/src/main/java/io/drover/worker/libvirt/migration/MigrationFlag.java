package io.drover.worker.libvirt.migration;

import io.drover.worker.libvirt.domain.Flag;

/** How a domain moves ({@code virDomainMigrateFlags}). Each phase is given the same ones. */
public enum MigrationFlag implements Flag {
    /** It runs meanwhile. */
    LIVE(0),
    PERSIST_DEST(3),
    UNDEFINE_SOURCE(4),
    /** Finish leaves it paused at the destination. */
    PAUSED(5),
    /** Of the source only: Begin opens a job, and until Confirm nobody else changes the domain. */
    CHANGE_PROTECTION(8),
    /** Disks on local storage are somebody else's business. */
    UNSAFE(9),
    /** Only the definition. */
    OFFLINE(10),
    /** An I/O error of the guest ends the migration. */
    ABORT_ON_ERROR(12),
    AUTO_CONVERGE(13);

    private final int bit;

    MigrationFlag(int shift) {
        this.bit = 1 << shift;
    }

    @Override
    public int bit() {
        return bit;
    }
}
