package io.drover.scheduler.balancing.load;

import io.drover.messages.HostId;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.EndedMigration;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How fast a copy goes between two hosts: as finished ones went, else the share of the slower link. */
public final class CopyRates {
    /** Where a host says nothing of its link. */
    private static final double GIGABIT = 125e6;

    /** A smaller move spends its time on other things than sending, and says nothing about a link. */
    private static final long TELLING_BYTES = 256L << 20;

    private final double share;
    private final Map<Pair, Double> learned = new HashMap<>();

    private record Pair(HostId source, HostId destination) {}

    public CopyRates(ClusterSnapshot snapshot) {
        share = snapshot.rules().economy().linkShare();
        var seen = new HashMap<Pair, List<Double>>();
        for (EndedMigration ended : snapshot.ended()) {
            if (ended.bytes() >= TELLING_BYTES && ended.bytesPerSecond() > 0) {
                seen.computeIfAbsent(new Pair(ended.source(), ended.destination()), key -> new ArrayList<>())
                        .add(ended.bytesPerSecond());
            }
        }
        seen.forEach((pair, rates) ->
                learned.put(pair, rates.stream().sorted().toList().get(rates.size() / 2)));
    }

    public double bytesPerSecond(Host source, Host destination) {
        if (!learned.isEmpty()) {
            Double known = learned.get(new Pair(source.id(), destination.id()));
            if (known != null) {
                return known;
            }
        }
        return share * Math.min(link(source), link(destination));
    }

    /**
     * Bytes a move sends: memory and what is dirtied meanwhile, allocated data and what is written meanwhile, used
     * swap; without {@code held}, what the destination has of the images already.
     */
    public static long bytes(Vm vm, double bytesPerSecond, long held) {
        double memory = Math.min(vm.residentBytes(), vm.memoryBytes());
        // A guest that dirties as fast as the link carries is throttled or stopped: its memory goes a few times at
        // most.
        double again = Math.min(4, vm.dirtyBytesPerSecond() / bytesPerSecond);
        double images = Math.max(0, vm.diskBytes() + vm.swapBytes() - held);
        double written = Math.min(images, vm.writeBytesPerSecond() * images / bytesPerSecond);
        return (long) (memory * (1 + again) + images + written);
    }

    private static double link(Host host) {
        return host.linkBytesPerSecond() > 0 ? host.linkBytesPerSecond() : GIGABIT;
    }
}
