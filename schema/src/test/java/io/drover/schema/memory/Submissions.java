package io.drover.schema.memory;

import io.drover.messages.DecisionId;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.MigrationTask;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.SubmitResult.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What may become a migration, in the order in which PostgreSQL looks. */
final class Submissions {
    private static final Pattern ALGORITHM = Pattern.compile("[a-z][a-z0-9-]{0,30}");
    private static final Instant DEADLINE_MOST = Instant.parse("9999-12-31T00:00:00Z");
    private static final int OPEN_OF_A_HOST_MOST = 32;
    private static final int DAILY_OF_A_HOST_MOST = 1000;

    private final MemoryDatabase database;
    private final Room room;

    Submissions(MemoryDatabase database) {
        this.database = database;
        this.room = database.room();
    }

    SubmitResult submit(
            MigrationTask task, @Nullable HostId submitter, String requestedBy, @Nullable DecisionId decision) {
        MigrationRow before = database.tables().migrations.get(task.id());
        if (before != null) {
            boolean same = before.task.vm().equals(task.vm())
                    && before.task.source().equals(task.source())
                    && before.task.destination().equals(task.destination())
                    && (submitter == null || submitter.equals(before.task.source()));
            return same
                    ? new SubmitResult.Submitted(task.id(), false)
                    : refused(Failure.Kind.REJECTED, "id", task.id() + " is another migration");
        }
        Optional<Refused> refusal = refuse(task, submitter);
        if (refusal.isPresent()) {
            return refusal.get();
        }
        VmRow vm = database.vm(task.vm());
        var row = new MigrationRow(task, vm.epoch, database.at());
        row.reservedMemoryBytes = vm.definition.memoryBytes();
        row.reservedImageBytes = room.allocatedBytes(task.vm(), vm.owner);
        row.requestedBy = submitter == null ? MemoryDatabase.printable(requestedBy, 200) : submitter.value();
        row.decision = submitter == null ? decision : null;
        row.submitter = submitter;
        database.tables().migrations.put(task.id(), row);
        if (submitter == null) {
            database.outbox().postMigrate(row);
        }
        String publisher = submitter == null ? "scheduler" : submitter.value();
        database.transitions().announce(row, null, publisher, row.requestedBy, task.reason());
        return new SubmitResult.Submitted(task.id(), true);
    }

    private Optional<Refused> refuse(MigrationTask task, @Nullable HostId submitter) {
        return refuseLabels(task, submitter)
                .or(() -> refuseText(task))
                .or(() -> refuseSource(task, submitter))
                .or(() -> refuseVm(task))
                .or(() -> refuseDestination(task, submitter));
    }

    /** A task that came straight to its worker has nobody who weighs windows, groups and pins. */
    private Optional<Refused> refuseLabels(MigrationTask task, @Nullable HostId submitter) {
        List<String> said = submitter == null ? List.of() : labels(task);
        return said.isEmpty()
                ? Optional.empty()
                : rejected(
                        "vm",
                        "labels have to be weighed (" + String.join(", ", said)
                                + "): ask the schedulers by live_migrate");
    }

    private static Optional<Refused> refuseText(MigrationTask task) {
        if (!ALGORITHM.matcher(task.algorithm()).matches()) {
            return rejected("algorithm", "is not the name of an algorithm");
        }
        if (!task.diskAlgorithms().values().stream()
                .allMatch(name -> ALGORITHM.matcher(name).matches())) {
            return rejected("disk_algorithms", "are not names of algorithms by disk");
        }
        Instant deadline = task.deadline();
        if (deadline != null && (deadline.isBefore(Instant.EPOCH) || deadline.isAfter(DEADLINE_MOST))) {
            return rejected("deadline", "is no instant of these years");
        }
        return Optional.empty();
    }

    private Optional<Refused> refuseSource(MigrationTask task, @Nullable HostId submitter) {
        VmRow vm = database.tables().vms.get(task.vm());
        if (vm == null) {
            return rejected("vm", "no VM " + task.vm() + " is known");
        }
        if (submitter != null && !submitter.equals(task.source())) {
            return rejected("source", "host " + submitter + " may submit its own VMs only");
        }
        return vm.owner.equals(task.source())
                ? Optional.empty()
                : rejected("source", "VM " + vm.definition.name() + " is not on " + task.source());
    }

    private List<String> labels(MigrationTask task) {
        var labels = database.tables().labels;
        VmRow vm = database.tables().vms.get(task.vm());
        String name = vm == null ? "" : vm.definition.name();
        return Stream.concat(
                        said(name, labels.of(task.vm())),
                        Stream.of(task.source(), task.destination())
                                .flatMap(host -> said(host.value(), labels.of(host))))
                .sorted()
                .toList();
    }

    private static Stream<String> said(String whom, Map<String, String> labels) {
        return labels.keySet().stream().filter(key -> key.startsWith("drover.")).map(key -> key + " of " + whom);
    }

    private Optional<Refused> refuseVm(MigrationTask task) {
        var definition = database.vm(task.vm()).definition;
        for (DiskId disk : task.diskAlgorithms().keySet()) {
            if (definition.disks().stream().noneMatch(known -> known.id().equals(disk))) {
                return rejected("disk_algorithms", "VM " + definition.name() + " has no disk " + disk);
            }
        }
        for (DiskDefinition disk : definition.disks()) {
            Optional<String> twice = namedTwice(disk);
            if (twice.isPresent()) {
                return rejected("vm", twice.get());
            }
        }
        return database.open(task.vm())
                .filter(open -> database.keeps(Rule.ONE_OPEN_MIGRATION))
                .map(open -> refused(
                        Failure.Kind.RETRYABLE,
                        "vm",
                        "VM " + definition.name() + " is in migration " + open.task.id() + " (" + open.state.wireName()
                                + ")"));
    }

    /** An image that is another disk's base must not be written, and a disk must not be another's base. */
    private Optional<String> namedTwice(DiskDefinition disk) {
        return database.tables().vms.values().stream()
                .flatMap(vm -> vm.definition.disks().stream())
                .filter(other ->
                        other.image().equals(baseOf(disk)) || disk.image().equals(baseOf(other)))
                .map(other -> "image " + disk.image() + " or its base is named by disk " + other.id() + " too")
                .findFirst();
    }

    static @Nullable String baseOf(DiskDefinition disk) {
        return disk.base() == null ? null : disk.base().image().value();
    }

    private Optional<Refused> refuseDestination(MigrationTask task, @Nullable HostId submitter) {
        HostId destination = task.destination();
        if (!database.tables().hosts.containsKey(destination)) {
            return rejected("destination", "no host " + destination + " is known");
        }
        if (submitter != null && asksForTooMuch(submitter)) {
            return Optional.of(
                    refused(Failure.Kind.RETRYABLE, "source", "host " + submitter + " asked for too many migrations"));
        }
        VmRow vm = database.vm(task.vm());
        long memory = room.freeMemoryBytes(destination);
        if (vm.definition.memoryBytes() > memory) {
            return Optional.of(full(destination, "of memory", memory, vm, vm.definition.memoryBytes()));
        }
        long images = room.freeImageBytes(destination);
        long needed = room.allocatedBytes(task.vm(), task.source());
        return needed > images ? Optional.of(full(destination, "for images", images, vm, needed)) : Optional.empty();
    }

    private static Refused full(HostId host, String what, long left, VmRow vm, long needed) {
        return refused(
                Failure.Kind.HOST,
                "destination",
                "host %s has %d bytes %s left, VM %s needs %d"
                        .formatted(host, Math.max(left, 0), what, vm.definition.name(), needed));
    }

    private boolean asksForTooMuch(HostId host) {
        Instant yesterday = database.at().minus(Duration.ofDays(1));
        List<MigrationRow> own = database.tables().migrations.values().stream()
                .filter(row -> host.equals(row.submitter))
                .toList();
        return own.stream().filter(row -> row.endedAt == null).count() >= OPEN_OF_A_HOST_MOST
                || own.stream().filter(row -> row.createdAt.isAfter(yesterday)).count() >= DAILY_OF_A_HOST_MOST;
    }

    private static Optional<Refused> rejected(String field, String why) {
        return Optional.of(refused(Failure.Kind.REJECTED, field, why));
    }

    private static Refused refused(Failure.Kind kind, String field, String why) {
        return new Refused(new Failure(kind, why), field);
    }
}
