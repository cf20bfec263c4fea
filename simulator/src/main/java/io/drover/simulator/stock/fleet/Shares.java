package io.drover.simulator.stock.fleet;

/**
 * How a host divides its MIPS among its machines (scheduling reference, "Allocation per host").
 *
 * <p>A request is capped at one processor. A machine on its way in counts 10 %. One on its way out is given 90 % while it
 * uses up 100 %. When the sum exceeds the host, all are scaled by capacity / sum and floored to whole MIPS, before the
 * 90 % and after the 10 % are taken.
 */
public final class Shares {
    /** Where a machine stands on a host. */
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
     * @param count entries used of the arrays
     * @param requested MIPS each machine asks for; overwritten by what each is given
     * @return MIPS left over, 0 when the host is over-subscribed
     */
    public static double divide(HostType type, int count, double[] requested, Phase[] phase) {
        double available = type.totalMips();
        double sum = 0;
        boolean exceeded = false;
        for (int i = 0; i < count; i++) {
            requested[i] = Math.min(requested[i], type.processorMips());
            double counted = phase[i] == Phase.ARRIVING ? requested[i] * ARRIVING_SHARE : requested[i];
            sum += counted;
            exceeded |= available < counted;
            available -= counted;
        }
        double scale = type.totalMips() / sum;
        for (int i = 0; i < count; i++) {
            requested[i] = exceeded ? scaled(requested[i], phase[i], scale) : whole(requested[i], phase[i]);
        }
        return exceeded ? 0 : available;
    }

    private static double whole(double mips, Phase phase) {
        return switch (phase) {
            case STAYING -> mips;
            case LEAVING -> mips * LEAVING_SHARE;
            case ARRIVING -> mips * ARRIVING_SHARE;
        };
    }

    private static double scaled(double mips, Phase phase, double scale) {
        return Math.floor(
                switch (phase) {
                    case STAYING -> mips * scale;
                    case LEAVING -> mips * scale * LEAVING_SHARE;
                    case ARRIVING -> mips * ARRIVING_SHARE * scale;
                });
    }

    /** What a machine given {@code mips} uses up of the host. */
    static double usedUp(double mips, Phase phase) {
        return phase == Phase.LEAVING ? mips / LEAVING_SHARE : mips;
    }
}
