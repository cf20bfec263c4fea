package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.RetiredCopy;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What hosts still hold of VMs that moved away: the copy that a VM left last. What the VM has written
 * since, at its present rate, is taken to have changed another part of it each time.
 */
final class LeftCopies {
    private final Map<MigrationId, MigrationView> moves;
    private final Map<VmId, Vm> vms;
    private final Instant now;

    LeftCopies(List<MigrationView> ended, List<Vm> vms, Instant now) {
        this.moves = ended.stream()
                .filter(view -> view.state() == MigrationState.COMPLETED)
                .collect(Collectors.toMap(view -> view.task().id(), Function.identity()));
        this.vms = vms.stream().collect(Collectors.toMap(Vm::id, Function.identity()));
        this.now = now;
    }

    private record Left(Instant at, RetainedCopy held) {}

    /** @param reports of one host each, oldest first */
    List<RetainedCopy> held(Collection<List<HostReport>> reports) {
        return reports.stream()
                .filter(list -> !list.isEmpty())
                .flatMap(list -> held(list.getLast()).stream())
                .filter(held -> held.bytes() > 0)
                .toList();
    }

    private List<RetainedCopy> held(HostReport report) {
        var newest = new HashMap<VmId, Left>();
        for (RetiredCopy copy : Objects.requireNonNullElse(report.retired(), List.<RetiredCopy>of())) {
            left(report.host(), copy)
                    .ifPresent(left -> newest.merge(
                            left.held().vm(), left, (one, other) -> one.at().isAfter(other.at()) ? one : other));
        }
        return newest.values().stream().map(Left::held).toList();
    }

    private Optional<Left> left(HostId host, RetiredCopy copy) {
        MigrationView move = moves.get(copy.migration());
        if (move == null || !move.task().source().equals(host)) {
            return Optional.empty();
        }
        Vm vm = vms.get(move.task().vm());
        if (vm == null || vm.owner().equals(host)) {
            return Optional.empty();
        }
        Instant at = Objects.requireNonNullElse(move.endedAt(), move.createdAt());
        double written = vm.writeBytesPerSecond() * Duration.between(at, now).toSeconds();
        return Optional.of(new Left(at, new RetainedCopy(vm.id(), host, (long) (copy.allocatedBytes() - written))));
    }
}
