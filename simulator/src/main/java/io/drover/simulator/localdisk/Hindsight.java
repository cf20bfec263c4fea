package io.drover.simulator.localdisk;

import io.drover.simulator.trace.LoadTrace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The yardstick of bytes: what somebody who knew the whole day would have sent. At the first sample he moves one
 * VM or two of a host to another, the pair first that avoids most overload for its bytes, and goes on until none
 * is left; his copies take no time and no processor, and nothing is written meanwhile. Greedy, so somebody cleverer
 * could need less.
 */
final class Hindsight {
    private static final double TERA = 1e12;

    private final LocalDiskFleet fleet;
    private final Hardware hardware;
    private final Population population;
    private final double[][] ofVm;
    private final double[][] ofHost;
    private final List<List<Integer>> owned = new ArrayList<>();
    private final double[] costs;
    private final @Nullable Choice[] choices;
    private final List<Point> curve = new ArrayList<>();

    /** So much overload is left in the day after so many bytes. */
    private record Point(double overloadS, double bytes) {}

    private record Choice(List<Integer> vms, int target, double avoidedPerByte) {}

    Hindsight(LoadTrace trace, int hosts, long seed) {
        population = new Population(trace, seed);
        hardware = new Hardware(hosts, population);
        fleet = new LocalDiskFleet(hardware, population, seed);
        ofVm = new double[population.count()][trace.samples()];
        ofHost = new double[hosts][trace.samples()];
        costs = new double[hosts];
        choices = new Choice[hosts];
        for (int host = 0; host < hosts; host++) {
            owned.add(new ArrayList<>());
        }
        for (int vm = 0; vm < ofVm.length; vm++) {
            for (int sample = 0; sample < trace.samples(); sample++) {
                ofVm[vm][sample] = trace.load(vm, sample) * population.mips(vm);
            }
            owned.get(fleet.host(vm)).add(vm);
            add(ofHost[fleet.host(vm)], vm, 1);
        }
        for (int host = 0; host < hosts; host++) {
            costs[host] = cost(host, List.of(), 0);
        }
        Arrays.setAll(choices, this::choose);
        play();
    }

    /** Terabytes after which no more overload than this is left; null where even he can't. */
    @Nullable
    Double tbFor(double seconds) {
        return curve.stream()
                .filter(point -> point.overloadS() <= seconds)
                .findFirst()
                .map(point -> point.bytes() / TERA)
                .orElse(null);
    }

    private void play() {
        double bytes = 0;
        curve.add(new Point(left(), bytes));
        for (Choice choice = best(); choice != null; choice = best()) {
            int source = fleet.host(choice.vms().getFirst());
            for (int vm : choice.vms()) {
                bytes += bytes(vm);
                move(vm, source, choice.target());
            }
            refresh(source, choice.target());
            curve.add(new Point(left(), bytes));
        }
    }

    /** The day's overload, the first sample's before anything could move not counted. */
    private double left() {
        double seconds = 0;
        for (int host = 0; host < ofHost.length; host++) {
            double capacity = hardware.mips(host);
            for (int sample = 1; sample < ofHost[host].length; sample++) {
                int next = Math.min(sample + 1, ofHost[host].length - 1);
                seconds += LocalDiskFleet.SAMPLE_S * above(capacity, ofHost[host][sample], ofHost[host][next]);
            }
        }
        return seconds;
    }

    /** What avoids most for its bytes; where no host has anything, all are looked at again, as others have room now. */
    private @Nullable Choice best() {
        if (Arrays.stream(choices).allMatch(Objects::isNull)) {
            Arrays.setAll(choices, this::choose);
        }
        return Arrays.stream(choices)
                .filter(Objects::nonNull)
                .max(Comparator.comparingDouble(Choice::avoidedPerByte))
                .orElse(null);
    }

    private void move(int vm, int source, int target) {
        fleet.depart(vm, target);
        fleet.arrive(vm);
        owned.get(source).removeAll(List.of(vm));
        owned.get(target).add(vm);
        add(ofHost[source], vm, -1);
        add(ofHost[target], vm, 1);
    }

    private void refresh(int source, int target) {
        for (int host : new int[] {source, target}) {
            costs[host] = cost(host, List.of(), 0);
        }
        for (int host = 0; host < choices.length; host++) {
            Choice choice = choices[host];
            boolean aims = choice != null && (choice.target() == source || choice.target() == target);
            if (aims || host == source || host == target) {
                choices[host] = choose(host);
            }
        }
    }

    private @Nullable Choice choose(int source) {
        Choice best = null;
        List<Integer> vms = costs[source] > 0 ? owned.get(source) : List.of();
        for (int one = 0; one < vms.size(); one++) {
            for (int other = one; other < vms.size(); other++) {
                List<Integer> set = one == other ? List.of(vms.get(one)) : List.of(vms.get(one), vms.get(other));
                Choice choice = place(set, source, best == null ? 0 : best.avoidedPerByte());
                best = choice == null ? best : choice;
            }
        }
        return best;
    }

    /** Where the least overload comes of it; null when that avoids no more than {@code least} for its bytes. */
    private @Nullable Choice place(List<Integer> vms, int source, double least) {
        double gain = costs[source] - cost(source, vms, -1);
        double bytes = vms.stream().mapToLong(this::bytes).sum();
        Choice best = null;
        double most = least;
        for (int target = 0; target < choices.length && gain / bytes > most; target++) {
            if (target == source || !fleet.fit(vms, target)) {
                continue;
            }
            double avoided = (gain - cost(target, vms, 1) + costs[target]) / bytes;
            if (avoided > most) {
                most = avoided;
                best = new Choice(vms, target, avoided);
            }
        }
        return best;
    }

    private long bytes(int vm) {
        return population.resident(vm) + population.disk(vm);
    }

    private void add(double[] load, int vm, int sign) {
        for (int sample = 0; sample < load.length; sample++) {
            load[sample] += sign * ofVm[vm][sample];
        }
    }

    /**
     * What overload weighs when VMs come or go: a sample over capacity counts by how many times the capacity is
     * asked for, else a host that needs many VMs fewer would never begin.
     */
    private double cost(int host, List<Integer> vms, int sign) {
        double capacity = hardware.mips(host);
        double cost = 0;
        for (int sample = 1; sample < ofHost[host].length; sample++) {
            double load = with(ofHost[host], vms, sign, sample);
            cost += load > capacity ? load / capacity : 0;
        }
        return cost;
    }

    private double with(double[] load, List<Integer> vms, int sign, int sample) {
        double sum = load[sample];
        for (int vm : vms) {
            sum += sign * ofVm[vm][sample];
        }
        return sum;
    }

    /** What part of a straight line is above. */
    private static double above(double limit, double one, double other) {
        double low = Math.min(one, other);
        double high = Math.max(one, other);
        if (high <= limit || low > limit) {
            return low > limit ? 1 : 0;
        }
        return (high - limit) / (high - low);
    }
}
