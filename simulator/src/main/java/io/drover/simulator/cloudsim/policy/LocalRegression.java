package io.drover.simulator.cloudsim.policy;

/**
 * LR: a straight line through the last ten samples, least squares, carried on by one tick; over-loaded when the value
 * there, times a safety factor, reaches the whole host.
 *
 * <p>CloudSim carries on by the longest move of the host in ticks, rounded up: one for every size of VM there is.
 * Its weights (tricube) never take effect, so that the fit is an ordinary one.
 */
record LocalRegression(double safety, OverloadCheck fallback) implements OverloadCheck {
    private static final int SAMPLES = 10;
    private static final int AHEAD = 1;

    @Override
    public boolean overloaded(HostLoad host) {
        double[] history = host.history();
        if (history.length < SAMPLES) {
            return fallback.overloaded(host);
        }
        return safety * forecast(history) >= 1;
    }

    private static double forecast(double[] newestFirst) {
        double meanX = (SAMPLES + 1) / 2.0;
        double meanY = 0;
        for (int i = 0; i < SAMPLES; i++) {
            meanY += newestFirst[i] / SAMPLES;
        }
        double products = 0;
        double squares = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double x = SAMPLES - i - meanX;
            products += x * (newestFirst[i] - meanY);
            squares += x * x;
        }
        double slope = products / squares;
        return meanY + slope * (SAMPLES + AHEAD - meanX);
    }
}
