package io.drover.testbed.guest;

/**
 * What the witness does from the start; the first four can be changed later over the console only where a command says
 * so.
 *
 * @param heartbeatsPerSecond each after one synchronous write
 * @param writesPerSecond blocks of 4 KiB, each followed by the verification of an earlier one; command {@code rate}
 * @param regionMib the part of the data disk that is written
 * @param heldMib memory held and verified; more than the guest has makes it swap, and four fifths of the swap disk must
 *     hold all of it
 * @param pagesPerSecond pages of 4 KiB visited: all verified, half rewritten; command {@code pages}
 * @param loadPercent of one virtual processor, beside all that; command {@code load}
 */
public record WitnessLoad(
        int heartbeatsPerSecond, int writesPerSecond, int regionMib, int heldMib, int pagesPerSecond, int loadPercent) {
    /** For {@link GuestSize#DEMO}; takes about an eighth of a core under TCG. */
    public static final WitnessLoad DEMO = new WitnessLoad(30, 20, 64, 200, 100, 0);
    /** For {@link GuestSize#SMALL}. */
    public static final WitnessLoad SMALL = new WitnessLoad(30, 20, 8, 100, 100, 0);

    public WitnessLoad {
        if (heartbeatsPerSecond < 20 || heartbeatsPerSecond > 1000) {
            throw new IllegalArgumentException("heartbeats: a pause is measured by at least 20 a second, at most 1000");
        }
        if (writesPerSecond < 0 || regionMib < 1 || heldMib < 0 || pagesPerSecond < 0) {
            throw new IllegalArgumentException("the witness' rates and sizes cannot be negative");
        }
        if (loadPercent < 0 || loadPercent > 100) {
            throw new IllegalArgumentException("load: " + loadPercent + " is not a percentage");
        }
    }

    public WitnessLoad withLoadPercent(int percent) {
        return new WitnessLoad(heartbeatsPerSecond, writesPerSecond, regionMib, heldMib, pagesPerSecond, percent);
    }

    String commandLine() {
        return "witness.heartbeats=%d witness.rate=%d witness.region_mib=%d witness.memory_mib=%d witness.pages=%d witness.load=%d"
                .formatted(heartbeatsPerSecond, writesPerSecond, regionMib, heldMib, pagesPerSecond, loadPercent);
    }
}
