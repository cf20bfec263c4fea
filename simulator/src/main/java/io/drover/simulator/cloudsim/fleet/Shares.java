package io.drover.simulator.cloudsim.fleet;

import java.util.function.Supplier;

/**
 * How a host divides its MIPS among its VMs (CloudSim 3.0.3, VmScheduler).
 *
 * <p>A request is capped at one processor. A VM on its way in counts 10 %. One on its way out is given 90 % while
 * it uses up 100 %. When the sum exceeds the host, all are scaled by capacity / sum and floored to whole MIPS, before
 * the 90 % and after the 10 % are taken.
 */
public final class Shares {
    /** Where a VM stands on a host. */
    public enum Phase {
        STAYING,
        LEAVING,
        ARRIVING
    }

    private static final double LEAVING_SHARE = 0.9;
    private static final double ARRIVING_SHARE = 0.1;

    private Shares() {}

    /**
     * Divides a host.
     *
     * @param mips what each VM asks for; overwritten by what each is given
     * @param phase as long at least
     * @param sequence positions in the order in which requests are counted
     * @param table positions in the order in which an over-subscribed host sums them up
     * @return MIPS left over, 0 when the host is over-subscribed
     */
    public static double divide(HostType type, double[] mips, Phase[] phase, int[] sequence, Supplier<int[]> table) {
        double available = type.totalMips();
        boolean exceeded = false;
        for (int i : sequence) {
            mips[i] = Math.min(mips[i], type.processorMips());
            exceeded |= available < counted(mips[i], phase[i]);
            available -= counted(mips[i], phase[i]);
        }
        if (exceeded) {
            scale(type, mips, phase, table.get());
            return 0;
        }
        for (int i : sequence) {
            mips[i] = given(mips[i], phase[i]);
        }
        return available;
    }

    /** Divides an over-subscribed host; requests are capped already. */
    private static void scale(HostType type, double[] mips, Phase[] phase, int[] table) {
        double sum = 0;
        for (int i : table) {
            sum += counted(mips[i], phase[i]);
        }
        double scale = type.totalMips() / sum;
        for (int i : table) {
            mips[i] = Math.floor(
                    switch (phase[i]) {
                        case STAYING -> mips[i] * scale;
                        case LEAVING -> mips[i] * scale * LEAVING_SHARE;
                        case ARRIVING -> mips[i] * ARRIVING_SHARE * scale;
                    });
        }
    }

    private static double counted(double mips, Phase phase) {
        return phase == Phase.ARRIVING ? mips * ARRIVING_SHARE : mips;
    }

    private static double given(double mips, Phase phase) {
        return switch (phase) {
            case STAYING -> mips;
            case LEAVING -> mips * LEAVING_SHARE;
            case ARRIVING -> mips * ARRIVING_SHARE;
        };
    }

    /** What a VM given {@code mips} uses up of the host. */
    static double usedUp(double mips, Phase phase) {
        return phase == Phase.LEAVING ? mips / LEAVING_SHARE : mips;
    }
}
