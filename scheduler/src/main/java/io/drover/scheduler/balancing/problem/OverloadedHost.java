package io.drover.scheduler.balancing.problem;

import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.demand.DemandForecast;
import io.drover.scheduler.balancing.load.Demands;
import io.drover.scheduler.balancing.load.Overload;
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
public record OverloadedHost(Overload overload, List<Vm> vms, Map<Dimension, DemandForecast> outlooks, double risk) {
    public Host host() {
        return overload.host();
    }

    /** Seconds over the high mark between two times from now, by the worst dimension. */
    public double secondsOver(double from, double to) {
        return outlooks.entrySet().stream()
                .mapToDouble(entry -> entry.getValue().overload(limit(entry.getKey()), from, to))
                .max()
                .orElse(0);
    }

    /** The same when VMs have gone and others have come. */
    public double secondsOverAfter(List<Vm> gone, List<Vm> come, double from, double to) {
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
