package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.VmId;
import io.drover.schema.scheduler.LoadHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Reports rolled up to slots; a slot that is there is made anew. */
final class RollUps {
    /** Reports may come late: the last of the time that was rolled up is made anew each time. */
    private static final Duration AGAIN = Duration.ofMinutes(15);

    private static final Duration KEPT = Duration.ofDays(30);
    /** How many reports of a host each slot holds. */
    final TreeMap<Instant, TreeMap<HostId, Integer>> hosts = new TreeMap<>();

    final List<VmSlot> vms = new ArrayList<>();

    /** A VM that moved within a slot has one of each host. */
    record VmSlot(VmId vm, Instant slot, HostId host, int samples, double cpuCores) {
        private boolean sameAs(VmId otherVm, Instant otherSlot, HostId otherHost) {
            return vm.equals(otherVm) && slot.equals(otherSlot) && host.equals(otherHost);
        }
    }

    void roll(List<HostReport> reports, Instant now) {
        Instant until = slot(now);
        Instant since = hosts.isEmpty() ? Instant.MIN : hosts.lastKey().minus(AGAIN);
        hosts.tailMap(since, true).headMap(until).clear();
        vms.removeIf(row -> !row.slot().isBefore(since) && row.slot().isBefore(until));
        for (HostReport report : reports) {
            if (!report.at().isBefore(since) && report.at().isBefore(until)) {
                Instant slot = slot(report.at());
                hosts.computeIfAbsent(slot, key -> new TreeMap<>()).merge(report.host(), 1, Integer::sum);
                report.vms().forEach(load -> add(load, slot, report.host()));
            }
        }
    }

    private void add(HostReport.VmLoad load, Instant slot, HostId host) {
        for (int i = 0; i < vms.size(); i++) {
            VmSlot row = vms.get(i);
            if (row.sameAs(load.vm(), slot, host)) {
                double sum = row.cpuCores() * row.samples() + load.cpuCores();
                vms.set(i, new VmSlot(load.vm(), slot, host, row.samples() + 1, sum / (row.samples() + 1)));
                return;
            }
        }
        vms.add(new VmSlot(load.vm(), slot, host, 1, load.cpuCores()));
    }

    void retain(Instant now) {
        Instant oldest = now.minus(KEPT);
        hosts.headMap(oldest).clear();
        vms.removeIf(row -> row.slot().isBefore(oldest));
    }

    private static Instant slot(Instant at) {
        long second = at.getEpochSecond();
        return Instant.ofEpochSecond(second - Math.floorMod(second, (long) LoadHistory.SLOT_SECONDS));
    }

    void become(RollUps other) {
        hosts.clear();
        other.hosts.forEach((slot, samples) -> hosts.put(slot, new TreeMap<>(samples)));
        vms.clear();
        vms.addAll(other.vms);
    }
}
