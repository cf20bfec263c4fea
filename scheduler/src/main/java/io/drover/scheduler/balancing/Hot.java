package io.drover.scheduler.balancing;

import io.drover.scheduler.balancing.demand.Outlook;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.List;
import java.util.Map;

/**
 * A host that is to be relieved.
 *
 * @param vms what it owns
 * @param outlooks by what it is overloaded in
 * @param risk probability of being over the high mark when the longest candidate move would be done
 */
record Hot(Overload overload, List<Vm> vms, Map<Dimension, Outlook> outlooks, double risk) {
    Host host() {
        return overload.host();
    }

    /** Seconds over the high mark between two times from now, by the worst dimension. */
    double secondsOver(double from, double to) {
        return outlooks.entrySet().stream()
                .mapToDouble(entry -> entry.getValue().overload(limit(entry.getKey()), from, to))
                .max()
                .orElse(0);
    }

    /** The same when the machines are gone. */
    double secondsOverWithout(List<Vm> gone, double from, double to) {
        return outlooks.entrySet().stream()
                .mapToDouble(entry ->
                        without(entry.getKey(), entry.getValue(), gone).overload(limit(entry.getKey()), from, to))
                .max()
                .orElse(0);
    }

    private Outlook without(Dimension dimension, Outlook outlook, List<Vm> gone) {
        double by = gone.stream().mapToDouble(dimension::of).sum();
        double part = outlook.mean() > 0 ? Math.max(0, 1 - by / outlook.mean()) : 0;
        return outlook.changed(-by, outlook.variance() * part);
    }

    private double limit(Dimension dimension) {
        return overload.rules().high() * dimension.capacity(host());
    }
}
