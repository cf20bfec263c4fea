package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.memory.RollUps.VmSlot;
import io.drover.schema.scheduler.LoadHistory;
import io.drover.schema.scheduler.LoadHistory.HostHistory;
import io.drover.schema.scheduler.LoadHistory.VmHistory;
import io.drover.schema.scheduler.TelemetryHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The roll-ups in memory. */
public final class MemoryTelemetryHistory implements TelemetryHistory {
    private final MemoryDatabase database;

    public MemoryTelemetryHistory(MemoryDatabase database) {
        this.database = database;
    }

    @Override
    public LoadHistory load(Instant since, Instant until) {
        return database.transaction(() -> {
            int slots = index(since, until);
            return new LoadHistory(
                    since, LoadHistory.SLOT_SECONDS, slots, hosts(since, until, slots), vms(since, until, slots));
        });
    }

    private List<HostHistory> hosts(Instant since, Instant until, int slots) {
        var samples = new TreeMap<HostId, List<Integer>>();
        database.tables()
                .rollUps
                .hosts
                .subMap(since, until)
                .forEach((slot, byHost) -> byHost.forEach((host, count) -> samples.computeIfAbsent(
                                host, key -> new ArrayList<>(Collections.nCopies(slots, 0)))
                        .set(index(since, slot), count)));
        return samples.entrySet().stream()
                .map(host -> new HostHistory(host.getKey(), host.getValue()))
                .toList();
    }

    private List<VmHistory> vms(Instant since, Instant until, int slots) {
        return database.tables().vms.values().stream()
                .map(row -> row.definition)
                .sorted(Comparator.comparing(VmDefinition::name))
                .flatMap(vm -> history(vm, since, slots, rows(vm.id(), since, until)).stream())
                .toList();
    }

    private List<VmSlot> rows(VmId vm, Instant since, Instant until) {
        return database.tables().rollUps.vms.stream()
                .filter(row -> row.vm().equals(vm))
                .filter(row -> !row.slot().isBefore(since) && row.slot().isBefore(until))
                .sorted(Comparator.comparing(VmSlot::slot)
                        .thenComparingInt(VmSlot::samples)
                        .thenComparing(VmSlot::host, Comparator.reverseOrder()))
                .toList();
    }

    /** {@code rows} by time, and within a slot the host with most reports last. */
    private static List<VmHistory> history(VmDefinition vm, Instant since, int slots, List<VmSlot> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        var sums = new double[slots];
        var samples = new int[slots];
        for (VmSlot row : rows) {
            int index = index(since, row.slot());
            sums[index] += row.cpuCores() * row.samples();
            samples[index] += row.samples();
        }
        var cpuCores = new ArrayList<@Nullable Double>();
        for (int i = 0; i < slots; i++) {
            cpuCores.add(samples[i] == 0 ? null : sums[i] / samples[i]);
        }
        return List.of(
                new VmHistory(vm.id(), vm.name(), vm.vcpus(), rows.getLast().host(), cpuCores));
    }

    private static int index(Instant since, Instant slot) {
        return (int) (Duration.between(since, slot).toSeconds() / LoadHistory.SLOT_SECONDS);
    }
}
