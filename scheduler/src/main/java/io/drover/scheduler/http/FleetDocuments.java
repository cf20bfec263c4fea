package io.drover.scheduler.http;

import io.drover.messages.api.HostDocument;
import io.drover.messages.api.LabelsDocument;
import io.drover.messages.api.LinkLimitDocument;
import io.drover.messages.api.LoadHistoryDocument;
import io.drover.messages.api.TroubleDocument;
import io.drover.messages.api.VmDocument;
import io.drover.schema.record.Trouble;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.Labels;
import io.drover.schema.scheduler.LoadHistory;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.LinkLimit;
import io.drover.schema.scheduler.SchedulerStore.WorkerSession;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Documents about hosts and VMs. */
final class FleetDocuments {
    private FleetDocuments() {}

    static HostDocument host(HostRow row) {
        return new HostDocument(
                row.id(),
                row.peerAddress(),
                row.hypervisor(),
                row.cpuCores(),
                row.memoryBytes(),
                row.imagesBytes(),
                row.imagesFreeBytes(),
                row.linkBytesPerSecond(),
                row.lastSeen(),
                row.reservedMemoryBytes(),
                row.reservedImageBytes(),
                row.brokerTrouble(),
                row.droverVersion(),
                session(row.session()));
    }

    private static HostDocument.@Nullable Session session(@Nullable WorkerSession session) {
        return session == null
                ? null
                : new HostDocument.Session(
                        session.machineId(), session.bootId(), session.stateFolder(), session.since());
    }

    static LinkLimitDocument limit(LinkLimit limit) {
        return new LinkLimitDocument(limit.host(), limit.linkBytesPerSecond(), limit.limitBytesPerSecond());
    }

    static VmDocument vm(VmRecord vm, @Nullable Instant ownerSeen) {
        return new VmDocument(
                vm.definition(),
                vm.owner(),
                vm.epoch(),
                power(vm.power()),
                power(vm.wantedPower()),
                trouble(vm.trouble()),
                ownerSeen);
    }

    static @Nullable TroubleDocument trouble(@Nullable Trouble trouble) {
        return trouble == null ? null : new TroubleDocument(trouble.reason(), trouble.since());
    }

    private static VmDocument.Power power(VmRecord.Power power) {
        return switch (power) {
            case RUNNING -> VmDocument.Power.RUNNING;
            case STOPPED -> VmDocument.Power.STOPPED;
            case PAUSED -> VmDocument.Power.PAUSED;
            case SUSPENDED -> VmDocument.Power.SUSPENDED;
            case IO_ERROR -> VmDocument.Power.IO_ERROR;
            case CRASHED -> VmDocument.Power.CRASHED;
            case STRANDED -> VmDocument.Power.STRANDED;
        };
    }

    static LabelsDocument labels(Labels labels) {
        return new LabelsDocument(labels.hosts(), labels.vms());
    }

    static LoadHistoryDocument load(LoadHistory history) {
        return new LoadHistoryDocument(
                history.since(),
                history.slotSeconds(),
                history.slots(),
                history.hosts().stream()
                        .map(host -> new LoadHistoryDocument.HostHistory(host.host(), host.samples()))
                        .toList(),
                history.vms().stream()
                        .map(vm -> new LoadHistoryDocument.VmHistory(
                                vm.vm(), vm.name(), vm.vcpus(), vm.host(), vm.cpuCores()))
                        .toList());
    }
}
