package io.drover.bench.trial;

/** What each host has when a case begins. */
public enum InitialState {
    /** A guest at the source, nothing at the destination. */
    FRESH(0, false),
    /** The destination keeps the copy of an earlier stay; since then runs of 1 MiB and more were changed. */
    RETURN_RUNS(5, false),
    /** The same, single blocks of 4 KiB changed all over. */
    RETURN_SCATTERED(5, true),
    /** The destination has the base, which the task names; the guest's disk differs from it in runs. */
    LAYERED(10, false),
    /** An image that nobody runs from; other contenders than elsewhere. */
    IMAGE_ONLY(0, false);

    private final int changedPercent;
    private final boolean scattered;

    InitialState(int changedPercent, boolean scattered) {
        this.changedPercent = changedPercent;
        this.scattered = scattered;
    }

    /** Of the data disk's size. */
    public int changedPercent() {
        return changedPercent;
    }

    public boolean scattered() {
        return scattered;
    }

    /** Whether the destination holds something to build on. */
    public boolean known() {
        return changedPercent > 0;
    }

    /** Whether the VM was at the destination before. */
    public boolean returns() {
        return this == RETURN_RUNS || this == RETURN_SCATTERED;
    }

    /** Whether it makes sense for this contender. */
    public boolean suits(Variant contender) {
        return switch (contender) {
            case Variant.Drover drover -> this != IMAGE_ONLY;
            case Variant.Qemu qemu -> this != IMAGE_ONLY;
            case Variant.Raw raw -> this == IMAGE_ONLY;
        };
    }
}
