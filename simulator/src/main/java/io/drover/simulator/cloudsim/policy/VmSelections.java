package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.Vms;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/** The selections of the experiment by name. */
final class VmSelections {
    private VmSelections() {}

    /** MMT, MU, RS (with this seed) or MC; empty for any other name. */
    static Optional<VmSelection> named(String name, long seed) {
        return switch (name) {
            case "mmt" -> Optional.of(VmSelections::minimumMigrationTime);
            case "mu" -> Optional.of(VmSelections::minimumUtilisation);
            case "rs" -> Optional.of(random(seed));
            case "mc" -> Optional.of(new MaximumCorrelation(VmSelections::minimumMigrationTime));
            default -> Optional.empty();
        };
    }

    private static int minimumMigrationTime(Vms vms, List<Integer> candidates) {
        return least(candidates, vm -> vms.type(vm).ramMb());
    }

    // By way of MIPS, as in the experiment: it is the rounding that tells equal percentages apart.
    private static int minimumUtilisation(Vms vms, List<Integer> candidates) {
        return least(candidates, vm -> vms.requestedMips(vm) / vms.type(vm).mips());
    }

    private static VmSelection random(long seed) {
        var random = new Random(seed);
        return (vms, candidates) -> candidates.get(random.nextInt(candidates.size()));
    }

    private static int least(List<Integer> candidates, IntToDoubleFunction measure) {
        int best = candidates.getFirst();
        for (int candidate : candidates) {
            if (measure.applyAsDouble(candidate) < measure.applyAsDouble(best)) {
                best = candidate;
            }
        }
        return best;
    }
}
