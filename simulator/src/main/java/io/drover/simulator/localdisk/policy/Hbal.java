package io.drover.simulator.localdisk.policy;

import java.util.List;
import java.util.Optional;

/**
 * Ganeti's {@code hbal}: the single move that lowers the cluster's score most, again and again until it gains less than
 * 0.01 ({@code -g}) once the score is below 0.1 ({@code --min-gain-limit}). The score is the weighted sum of standard
 * deviations over the nodes (htools, Metrics.hs); of its parts those that this fleet has.
 */
final class Hbal implements LocalDiskPolicy {
    private static final double GAIN_MIN = 0.01;
    private static final double GAIN_LIMIT = 0.1;
    private static final int SAMPLES = 12;

    /** Moves that change nothing but rounding would go on for ever. */
    private static final double NOTHING = 1e-9;

    /** It is run by hand or by cron. */
    @Override
    public int periodSeconds() {
        return 3600;
    }

    private record Found(MoveOrder move, double score) {}

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        var sketch = new Sketch(fleet, SAMPLES);
        var score = new HbalScore(sketch);
        for (int i = 0; i < fleet.vms(); i++) {
            double before = score.value();
            Optional<Found> best = best(sketch, score);
            double limit = before < GAIN_LIMIT ? GAIN_MIN : NOTHING;
            if (best.isEmpty() || before - best.get().score() < limit) {
                break;
            }
            MoveOrder move = best.get().move();
            score.move(move.vm(), move.target());
            sketch.move(move.vm(), move.target());
        }
        return sketch.moves();
    }

    private static Optional<Found> best(Sketch sketch, HbalScore score) {
        Optional<Found> best = Optional.empty();
        for (int vm = 0; vm < sketch.fleet().vms(); vm++) {
            if (!sketch.movable(vm)) {
                continue;
            }
            for (int host = 0; host < sketch.fleet().hosts(); host++) {
                if (sketch.fits(vm, host)) {
                    double after = score.with(vm, host);
                    if (best.isEmpty() || after < best.get().score()) {
                        best = Optional.of(new Found(new MoveOrder(vm, host), after));
                    }
                }
            }
        }
        return best;
    }
}
