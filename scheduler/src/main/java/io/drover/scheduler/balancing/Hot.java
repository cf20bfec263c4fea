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

    /** The same when machines have gone and others have come. */
    double secondsOverAfter(List<Vm> gone, List<Vm> come, double from, double to) {
        return outlooks.entrySet().stream()
                .mapToDouble(entry -> Demands.changed(entry.getValue(), entry.getKey(), gone, come)
                        .overload(limit(entry.getKey()), from, to))
                .max()
                .orElse(0);
    }

    private double limit(Dimension dimension) {
        return overload.rules().high() * dimension.capacity(host());
    }
}
