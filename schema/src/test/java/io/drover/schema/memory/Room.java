package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.VmId;
import io.drover.schema.record.VmRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a host can still promise: memory and room for images. */
final class Room {
    /** How long a migration that its source never ends holds a place at its destination. */
    private static final Duration RESERVED_MOST = Duration.ofDays(7);

    private static final Duration RESERVED_AFTER_ITS_END = Duration.ofMinutes(10);

    private final Tables tables;
    private final InstantSource clock;

    Room(Tables tables, InstantSource clock) {
        this.tables = tables;
        this.clock = clock;
    }

    /** By the newest word of it: the worker's registration or its report. */
    long imagesFreeBytes(HostId id) {
        HostReport latest = tables.latest.get(id);
        return latest != null && latest.at().isAfter(host(id).lastSeen())
                ? latest.load().imagesFreeBytes()
                : host(id).facts().imagesFreeBytes();
    }

    long freeMemoryBytes(HostId host) {
        long owned = tables.vms.values().stream()
                .filter(vm -> vm.owner.equals(host)
                        && (vm.power != VmRecord.Power.STOPPED || vm.wanted == VmRecord.Power.RUNNING))
                .mapToLong(vm -> vm.definition.memoryBytes())
                .sum();
        long underWay = elsewhere(host)
                .filter(row -> row.task.source().equals(host) || isReserved(row))
                .mapToLong(row -> row.reservedMemoryBytes)
                .sum();
        return host(host).facts().memoryBytes() - owned - underWay;
    }

    long freeImageBytes(HostId host) {
        return imagesFreeBytes(host) - reservedImageBytes(host);
    }

    /** Promised to migrations on their way to the host. */
    long reservedMemoryBytes(HostId host) {
        return arriving(host).mapToLong(row -> row.reservedMemoryBytes).sum();
    }

    long reservedImageBytes(HostId host) {
        return arriving(host).mapToLong(row -> row.reservedImageBytes).sum();
    }

    private Stream<MigrationRow> arriving(HostId host) {
        return elsewhere(host).filter(row -> row.task.destination().equals(host) && isReserved(row));
    }

    /** Open ones with this end, while the VM is owned by another host. */
    private Stream<MigrationRow> elsewhere(HostId host) {
        return tables.migrations.values().stream()
                .filter(row -> !row.state.terminal() && row.isEnd(host) && !host.equals(owner(row)));
    }

    private boolean isReserved(MigrationRow row) {
        Instant end = Stream.of(row.task.deadline(), row.cancelRequestedAt, row.createdAt.plus(RESERVED_MOST))
                .filter(Objects::nonNull)
                .min(Instant::compareTo)
                .orElseThrow();
        return clock.instant().isBefore(end.plus(RESERVED_AFTER_ITS_END));
    }

    /** Bytes a VM's disks take on its host by that host's newest report; 0 when it does not say. */
    long allocatedBytes(VmId vm, HostId host) {
        HostReport report = tables.latest.get(host);
        return report == null
                ? 0
                : report.vms().stream()
                        .filter(load -> load.vm().equals(vm))
                        .mapToLong(load -> load.diskAllocatedBytes() + load.swapAllocatedBytes())
                        .sum();
    }

    private @Nullable HostId owner(MigrationRow row) {
        VmRow vm = tables.vms.get(row.task.vm());
        return vm == null ? null : vm.owner;
    }

    private Tables.Host host(HostId id) {
        return Objects.requireNonNull(tables.hosts.get(id));
    }
}
