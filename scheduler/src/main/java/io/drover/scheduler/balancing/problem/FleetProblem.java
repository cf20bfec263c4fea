package io.drover.scheduler.balancing.problem;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.demand.Series;
import io.drover.scheduler.balancing.load.CopyRates;
import io.drover.scheduler.balancing.load.Demands;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.balancing.search.PlacementProblem;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.RetainedCopy;
import io.drover.scheduler.cluster.Vm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The choice of VMs and places for all overloaded hosts at once. A pair costs the bytes it sends, and up to a
 * tenth more for a fuller destination; a destination has room below the high mark, in images, and, with its demand's
 * deviation, in its capacity.
 */
public final class FleetProblem implements PlacementProblem {
    private static final double FULLNESS = 0.1;
    private static final int IMAGES = Dimension.COUNT;
    private static final int RISK = Dimension.COUNT + 1;
    private static final int[] NO_GROUP = new int[0];
    private static final Dimension[] DIMENSIONS = Dimension.values();

    private final PlannedLoad forecast;
    private final CopyRates rates;
    private final double z;
    private final List<Host> hosts;
    private final List<MoveUnit> items;
    private final int[] groups;
    private final int[] sources;
    private final double[][] needs;
    private final double[][] room;
    private final double[] fullness;
    private final boolean[] closed;
    private final Series[] series;
    private final double[] variance;
    private final double[] deviation;
    private final double[][] weights;
    private final int[][] apart;
    private final Map<VmId, Map<Host, Long>> held = new HashMap<>();

    /**
     * The part that is the same for every question about one forecast.
     *
     * @param groups by item
     * @param needs by group and {@link Dimension}
     */
    public FleetProblem(PlannedLoad forecast, CopyRates rates, List<MoveUnit> items, int[] groups, double[][] needs) {
        this.forecast = forecast;
        this.rates = rates;
        this.items = items;
        this.groups = groups;
        this.needs = needs;
        z = forecast.snapshot().rules().economy().z();
        hosts = forecast.snapshot().hosts();
        int size = hosts.size();
        room = new double[size][RISK + 1];
        fullness = new double[size];
        closed = new boolean[size];
        series = new Series[size];
        variance = new double[size];
        deviation = new double[size];
        for (int target = 0; target < size; target++) {
            measure(target);
        }
        var numberOf = new HashMap<HostId, Integer>();
        for (int target = 0; target < size; target++) {
            numberOf.put(hosts.get(target).id(), target);
        }
        sources = items.stream()
                .mapToInt(item -> numberOf.getOrDefault(item.source().id(), -1))
                .toArray();
        weights = new double[items.size()][];
        apart = new int[items.size()][];
        var numbers = new HashMap<String, Integer>();
        for (int item = 0; item < weights.length; item++) {
            weights[item] = weights(items.get(item));
            apart[item] = apart(items.get(item), numbers);
        }
        for (RetainedCopy one : forecast.snapshot().held()) {
            if (forecast.eligibility().knows(one.host())) {
                held.computeIfAbsent(one.vm(), key -> new HashMap<>())
                        .merge(forecast.host(one.host()), one.bytes(), Long::sum);
            }
        }
    }

    private void measure(int target) {
        Host host = hosts.get(target);
        closed[target] = !open(host);
        if (closed[target]) {
            return;
        }
        double high = forecast.snapshot().rules().high();
        Load load = forecast.committed(host);
        for (int d = 0; d < DIMENSIONS.length; d++) {
            room[target][d] = high * DIMENSIONS[d].capacity(host) - load.of(DIMENSIONS[d]);
        }
        room[target][IMAGES] = forecast.imagesFree(host);
        series[target] = Demands.series(host.samples(), Dimension.CPU);
        variance[target] = series[target].variance();
        deviation[target] = Math.sqrt(variance[target]);
        room[target][RISK] = host.cpuCores() - load.cpuCores() - z * deviation[target];
        fullness[target] = load.fraction(host);
    }

    private boolean open(Host host) {
        return !forecast.stale(host)
                && forecast.eligibility().ofHost(host).isEmpty()
                && !forecast.eligibility().inMaintenance(host)
                && host.samples().size() >= forecast.snapshot().rules().samplesK();
    }

    private static double[] weights(MoveUnit item) {
        double[] weights = new double[RISK];
        for (int d = 0; d < DIMENSIONS.length; d++) {
            weights[d] = item.arriving().of(DIMENSIONS[d]);
        }
        weights[IMAGES] = item.imageBytes();
        return weights;
    }

    private int[] apart(MoveUnit item, Map<String, Integer> numbers) {
        if (item.plain()) {
            return NO_GROUP;
        }
        return item.vms().stream()
                .flatMap(vm -> forecast.eligibility().of(vm).antiAffinity().stream())
                .sorted()
                .distinct()
                .mapToInt(group -> numbers.computeIfAbsent(group, key -> numbers.size()))
                .toArray();
    }

    public MoveUnit item(int item) {
        return items.get(item);
    }

    public Host host(int target) {
        return hosts.get(target);
    }

    /** Bytes that moving the item there sends. */
    long bytes(MoveUnit item, Host destination) {
        double rate = rates.bytesPerSecond(item.source(), destination);
        long bytes = 0;
        for (Vm vm : item.vms()) {
            bytes += CopyRates.bytes(vm, rate, held(vm, destination));
        }
        return bytes;
    }

    private long held(Vm vm, Host destination) {
        return held.isEmpty() ? 0 : held.getOrDefault(vm.id(), Map.of()).getOrDefault(destination, 0L);
    }

    @Override
    public int items() {
        return items.size();
    }

    @Override
    public int groups() {
        return needs.length;
    }

    @Override
    public int targets() {
        return hosts.size();
    }

    @Override
    public int needs() {
        return Dimension.COUNT;
    }

    @Override
    public int dimensions() {
        return RISK + 1;
    }

    @Override
    public int group(int item) {
        return groups[item];
    }

    @Override
    public double relief(int item, int need) {
        return items.get(item).leaving().of(DIMENSIONS[need]);
    }

    @Override
    public double need(int group, int need) {
        return needs[group][need];
    }

    @Override
    public double weight(int item, int target, int dimension) {
        return dimension == RISK ? risk(items.get(item), target) : weights[item][dimension];
    }

    /** What the item adds to mean and z deviations of the host's demand; with what varies alike it adds more. */
    private double risk(MoveUnit item, int target) {
        double together = variance[target] + item.cpuVariance() + 2 * item.cpu().covariance(series[target]);
        return item.leaving().cpuCores() + z * (Math.sqrt(Math.max(0, together)) - deviation[target]);
    }

    @Override
    public double room(int target, int dimension) {
        return room[target][dimension];
    }

    @Override
    public long cost(int item, int target) {
        MoveUnit one = items.get(item);
        Host host = hosts.get(target);
        if (closed[target] || sources[item] == target || (!one.plain() && !allowed(one, host))) {
            return FORBIDDEN;
        }
        return (long) (bytes(one, host) * (1 + FULLNESS * fullness[target]));
    }

    private boolean allowed(MoveUnit item, Host host) {
        boolean critical = forecast.eligibility().critical(item.source().id());
        List<Move> together =
                item.vms().stream().map(vm -> new Move(vm, host.id(), "")).toList();
        PlannedLoad with = forecast.intending(together);
        return item.vms().stream()
                .allMatch(vm -> forecast.eligibility().ofPlace(vm, host, with).isEmpty()
                        && forecast.eligibility().affinity(vm, host.id(), with).isEmpty()
                        && forecast.eligibility()
                                .history()
                                .ofPair(vm, host.id(), critical)
                                .isEmpty());
    }

    @Override
    public int[] apart(int item) {
        return apart[item];
    }
}
