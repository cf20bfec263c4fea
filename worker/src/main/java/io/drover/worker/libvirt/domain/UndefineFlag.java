package io.drover.worker.libvirt.domain;

/** What goes with a definition, or stays ({@code virDomainUndefineFlagsValues}). A domain that has one of these is only undefined with one of its flags. */
public enum UndefineFlag implements Flag {
    MANAGED_SAVE(0),
    SNAPSHOTS_METADATA(1),
    NVRAM(2),
    KEEP_NVRAM(3),
    CHECKPOINTS_METADATA(4),
    TPM(5),
    KEEP_TPM(6);

    private final int bit;

    UndefineFlag(int shift) {
        this.bit = 1 << shift;
    }

    @Override
    public int bit() {
        return bit;
    }
}
