package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.HostLoad;
import io.drover.messages.HostReport.VmLoad;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.DailyLoads;
import io.drover.schema.scheduler.Labels;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds a snapshot from the database's rows and the recent reports. */
public final class SnapshotBuilder {
    /** Far above what fleets have tokens for. */
    private static final int OPEN_READ = 100_000;

    /** Whose copies are looked for on the hosts that they left. */
    private static final int NEWEST_READ = 1000;

    /** Byte budgets are kept over this time. */
    private static final Duration BUDGET = Duration.ofDays(1);

    private final SchedulerStore store;
    private final DailyProfiles days;
    private final Rules rules;
    private volatile @Nullable ClusterSnapshot latest;

    public SnapshotBuilder(SchedulerStore store, DailyLoads loads, Rules rules) {
        this.store = store;
        this.days = new DailyProfiles(loads);
        this.rules = rules;
    }

    public ClusterSnapshot build(Instant at) {
        List<InFlight> inFlight = store.migrations(true, OPEN_READ).stream()
                .map(view -> inFlight(view))
                .toList();
        List<EndedMigration> ended = ended(at);
        Map<HostId, List<HostReport>> reports = reports(at, ended);
        Labels labels = store.labels();
        List<Host> hosts = store.hosts().stream()
                .map(row -> host(row, reports.getOrDefault(row.id(), List.of()), labels.of(row.id())))
                .toList();
        List<Vm> vms = store.vms().stream()
                .map(row -> vm(
                        row,
                        reports.getOrDefault(row.owner(), List.of()),
                        labels.of(row.definition().id()),
                        days.of(row.definition().id(), at)))
                .toList();
        List<RetainedCopy> held = new LeftCopies(store.migrations(false, NEWEST_READ), vms, at).held(reports.values());
        var built = new ClusterSnapshot(at, rules, hosts, vms, inFlight, ended, held);
        latest = built;
        return built;
    }

    /** The one that was built last. */
    public Optional<ClusterSnapshot> latest() {
        return Optional.ofNullable(latest);
    }

    private List<EndedMigration> ended(Instant at) {
        Instant since = at.minus(max(max(rules.coolDown(), rules.window()), BUDGET));
        return store.endedSince(since).stream().map(SnapshotBuilder::ended).toList();
    }

    /** The newest n of each host; a report that began before a completed move shows a placement that is gone. */
    private Map<HostId, List<HostReport>> reports(Instant at, List<EndedMigration> ended) {
        Map<HostId, List<HostReport>> byHost = store.reports(at.minus(rules.window())).stream()
                .filter(report -> ended.stream().noneMatch(move -> outdates(move, report)))
                .sorted(Comparator.comparing(HostReport::at))
                .collect(Collectors.groupingBy(HostReport::host));
        byHost.replaceAll((host, list) -> list.subList(Math.max(0, list.size() - rules.samplesN()), list.size()));
        return byHost;
    }

    private static boolean outdates(EndedMigration move, HostReport report) {
        boolean concerned =
                move.source().equals(report.host()) || move.destination().equals(report.host());
        Instant began = report.at().minusNanos((long) (report.periodSeconds() * 1e9));
        return move.completed() && concerned && began.isBefore(move.at());
    }

    private static Host host(HostRow row, List<HostReport> reports, Map<String, String> labels) {
        List<Sample> samples = reports.stream()
                .map(report -> new Sample(
                        report.at(),
                        report.load().cpuCores(),
                        report.load().memoryBytes(),
                        report.load().diskReadBytesPerSecond() + report.load().diskWriteBytesPerSecond(),
                        0,
                        waiting(report.load())))
                .toList();
        // A report is newer than the registration, which happens once a start of the worker.
        long free = reports.isEmpty()
                ? row.imagesFreeBytes()
                : reports.getLast().load().imagesFreeBytes();
        return new Host(
                row.id(),
                row.cpuCores(),
                row.memoryBytes(),
                free,
                row.linkBytesPerSecond(),
                row.reservedMemoryBytes(),
                row.reservedImageBytes(),
                samples,
                labels,
                // What its disks and its network can do, no report says.
                0,
                0);
    }

    /** Whichever says more: a host that is a guest itself may lack processors without a task of its own that waits. */
    private static double waiting(HostLoad load) {
        return Stream.of(Optional.ofNullable(load.cpuPressure()), Optional.ofNullable(load.cpuSteal()))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder())
                .orElse(Double.NaN);
    }

    private static Vm vm(VmRecord row, List<HostReport> reports, Map<String, String> labels, List<Double> hours) {
        VmId id = row.definition().id();
        List<VmLoad> loads = new ArrayList<>();
        List<Sample> samples = new ArrayList<>();
        for (HostReport report : reports) {
            report.vms().stream().filter(load -> load.vm().equals(id)).forEach(load -> {
                loads.add(load);
                samples.add(sample(report.at(), load));
            });
        }
        boolean measured = !loads.isEmpty();
        return new Vm(
                id,
                row.definition().name(),
                row.owner(),
                row.power() == VmRecord.Power.RUNNING,
                measured,
                loads.stream().mapToDouble(VmLoad::cpuCores).average().orElse(0),
                row.definition().memoryBytes(),
                measured ? loads.getLast().memoryBytes() : 0,
                measured ? loads.getLast().diskAllocatedBytes() : 0,
                measured ? loads.getLast().swapAllocatedBytes() : 0,
                labels,
                loads.stream()
                        .flatMap(load -> Stream.ofNullable(load.memoryDirtiedBytesPerSecond()))
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(0),
                loads.stream().mapToDouble(SnapshotBuilder::written).average().orElse(0),
                samples,
                hours);
    }

    private static Sample sample(Instant at, VmLoad load) {
        double disk = load.diskReadBytesPerSecond() + load.swapReadBytesPerSecond() + written(load);
        return new Sample(at, load.cpuCores(), load.memoryBytes(), disk, 0, Double.NaN);
    }

    private static double written(VmLoad load) {
        return load.diskWriteBytesPerSecond() + load.swapWriteBytesPerSecond();
    }

    private static InFlight inFlight(MigrationView view) {
        MigrationTask task = view.task();
        return new InFlight(task.id(), task.vm(), task.source(), task.destination(), view.state());
    }

    private static EndedMigration ended(MigrationView view) {
        MigrationTask task = view.task();
        Instant at = Objects.requireNonNullElse(view.endedAt(), view.createdAt());
        return new EndedMigration(
                task.vm(),
                task.source(),
                task.destination(),
                view.state(),
                at,
                view.createdAt(),
                view.bytesDone(),
                // Who names the destination does not want it changed soon.
                view.decision() == null);
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
