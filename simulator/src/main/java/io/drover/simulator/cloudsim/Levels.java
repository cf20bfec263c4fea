package io.drover.simulator.cloudsim;

/**
 * Sums over time of what one host or VM was given and asked for. A state holds from its moment to the next; a
 * second state of the same moment replaces the first; the last one has no length.
 */
final class Levels {
    private double at = -1;
    private double given;
    private double asked;
    private boolean marked;

    private double markedS;
    private double shortS;
    private double unmarkedShortS;
    private double askedSum;
    private double markedShortfall;

    /**
     * Notes a state.
     *
     * @param isMarked for a host: active; for a VM: on its way out
     */
    void note(double now, double givenMips, double askedMips, boolean isMarked) {
        if (at >= 0 && now != at) {
            add(now - at);
        }
        at = now;
        given = givenMips;
        asked = askedMips;
        marked = isMarked;
    }

    private void add(double seconds) {
        askedSum += asked * seconds;
        if (marked) {
            markedS += seconds;
        }
        if (given < asked) {
            if (marked) {
                shortS += seconds;
                markedShortfall += (asked - given) * seconds;
            } else {
                unmarkedShortS += seconds;
            }
        }
    }

    /** Seconds in marked states. */
    double markedS() {
        return markedS;
    }

    /** Seconds in marked states with less given than asked for. */
    double markedShortS() {
        return shortS;
    }

    /** Seconds in other states with less given than asked for. */
    double unmarkedShortS() {
        return unmarkedShortS;
    }

    /** MIPS-seconds asked for. */
    double asked() {
        return askedSum;
    }

    /** MIPS-seconds missing in marked states. */
    double markedShortfall() {
        return markedShortfall;
    }
}
