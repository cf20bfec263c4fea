package io.drover.scheduler.balancing.problem;

import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.demand.Series;
import io.drover.scheduler.balancing.load.Demands;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.List;

/**
 * VMs that go together or not at all; mostly one.
 *
 * @param cpu their processor demand by sample
 * @param plain whether any host with room may take them
 */
public record MoveUnit(
        Host source, List<Vm> vms, Series cpu, double cpuVariance, Load leaving, Load arriving, boolean plain) {
    public static MoveUnit of(Host source, List<Vm> vms, boolean plain) {
        Series host = Demands.series(source.samples(), Dimension.CPU);
        Series sum = vms.stream()
                .map(vm -> Demands.cpu(vm, host))
                .reduce(MoveUnit::sum)
                .orElse(new Series(new double[0]));
        return new MoveUnit(
                source,
                List.copyOf(vms),
                sum,
                sum.variance(),
                vms.stream().map(Load::of).reduce(Load.NONE, Load::plus),
                vms.stream().map(Load::arriving).reduce(Load.NONE, Load::plus),
                plain);
    }

    long imageBytes() {
        return vms.stream().mapToLong(Vm::imageBytes).sum();
    }

    private static Series sum(Series one, Series other) {
        int n = Math.min(one.size(), other.size());
        double[] values = new double[n];
        for (int back = 1; back <= n; back++) {
            values[n - back] = one.values()[one.size() - back] + other.values()[other.size() - back];
        }
        return new Series(values);
    }
}
