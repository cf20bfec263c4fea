package io.drover.scheduler.balancing.load;

import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.demand.DemandForecast;
import io.drover.scheduler.balancing.demand.Season;
import io.drover.scheduler.balancing.demand.Series;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.Vm;
import java.time.Duration;
import java.util.List;

/** The demand of hosts and VMs, from the samples of a snapshot. */
public final class Demands {
    private final ClusterSnapshot snapshot;
    private final double paybackSeconds;

    public Demands(ClusterSnapshot snapshot) {
        this.snapshot = snapshot;
        paybackSeconds = snapshot.rules().economy().payback().toMillis() / 1e3;
    }

    public double paybackSeconds() {
        return paybackSeconds;
    }

    public static Series series(List<Sample> samples, Dimension dimension) {
        double[] values = new double[samples.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = dimension.of(samples.get(i));
        }
        return new Series(values);
    }

    /**
     * A VM's processor demand, sample by sample. Where the snapshot has no samples of it, it is taken to be a
     * constant part of its host's.
     */
    public static Series cpu(Vm vm, Series host) {
        if (!vm.samples().isEmpty()) {
            return series(vm.samples(), Dimension.CPU);
        }
        double mean = host.mean();
        double part = mean > 0 ? vm.cpuCores() / mean : 0;
        double[] values = host.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] *= part;
        }
        return new Series(values);
    }

    public DemandForecast outlook(Host host, Dimension dimension, List<Vm> vms) {
        Season season = dimension == Dimension.CPU ? season(vms) : Season.none(snapshot.at());
        return DemandForecast.of(series(host.samples(), dimension), periodSeconds(host), paybackSeconds, season);
    }

    /** A host's outlook when VMs have gone, with their part of what varies, and others have come. */
    public static DemandForecast changed(DemandForecast host, Dimension dimension, List<Vm> gone, List<Vm> come) {
        double less = gone.stream().mapToDouble(dimension::of).sum();
        double more = come.stream().mapToDouble(dimension::of).sum();
        double part = host.mean() > 0 ? Math.max(0, 1 - less / host.mean()) : 0;
        double brought = come.stream()
                .mapToDouble(vm -> series(vm.samples(), dimension).variance())
                .sum();
        return host.changed(more - less, host.variance() * part + brought);
    }

    /** The VMs' days together; VMs of which no day is known are taken to be the same at all hours. */
    private Season season(List<Vm> vms) {
        double[] hours = new double[0];
        for (Vm vm : vms) {
            if (!vm.dailyCpuCores().isEmpty()) {
                hours = hours.length == 0 ? new double[24] : hours;
                for (int hour = 0; hour < 24; hour++) {
                    hours[hour] += vm.dailyCpuCores().get(hour);
                }
            }
        }
        return new Season(snapshot.at(), hours);
    }

    private double periodSeconds(Host host) {
        List<Sample> samples = host.samples();
        if (samples.size() < 2) {
            return snapshot.rules().staleAfter().toMillis() / 2e3;
        }
        Duration span =
                Duration.between(samples.getFirst().at(), samples.getLast().at());
        return Math.max(1e-3, span.toMillis() / 1e3 / (samples.size() - 1));
    }
}
