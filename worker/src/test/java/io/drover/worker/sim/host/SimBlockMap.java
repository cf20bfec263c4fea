package io.drover.worker.sim.host;

import java.util.BitSet;

/** On a host's disk: which blocks of a pulled image are there, as decision 11 has it. */
public final class SimBlockMap {
    /** As in {@code BlockMap}. */
    public enum Phase {
        FILLING,
        PULLING,
        COMPLETE
    }

    /** What has been written; of an earlier boot it is worth nothing. */
    BitSet live = new BitSet();
    /** What was live before an fdatasync of the image that succeeded. */
    BitSet durable = new BitSet();

    public Phase phase = Phase.FILLING;
    /** A sync of the image failed under this boot: what is seen of it may not be on the disk. */
    public boolean lostWrites;

    int boot;

    SimBlockMap(int boot) {
        this.boot = boot;
    }

    void opened(int now) {
        if (boot != now) {
            live = (BitSet) durable.clone();
            boot = now;
            lostWrites = false;
        }
    }
}
