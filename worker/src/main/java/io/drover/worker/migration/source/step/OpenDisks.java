package io.drover.worker.migration.source.step;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.OpenedDisks;
import io.drover.messages.evidence.disk.DiskSize;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.SourceVm.SourceDisk;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.Step;
import io.drover.worker.migration.source.WatchedTarget;
import io.drover.worker.migration.source.comparison.FullComparison;
import io.drover.worker.peer.Destination.Prepared;
import io.drover.worker.replication.ContentOffers;
import io.drover.worker.replication.CopyAccount;
import io.drover.worker.replication.CopyTerms;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.comparison.UncomparedBlocks;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Begins the account of every disk, makes the disks readable and gives each its algorithm. */
public final class OpenDisks implements Step.Opening {
    @Override
    public String name() {
        return OpenedDisks.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.REPLICATING;
    }

    @Override
    public Made<List<DiskReplication>, OpenedDisks> run(MigrationContext context, Prepared destination)
            throws IOException, InterruptedException {
        SourceVm vm = context.sourceVm();
        Map<DiskId, SourceDisk> opened = vm.openDisks(context.id());
        List<DiskReplication> disks = new ArrayList<>();
        var sizes = new TreeMap<DiskId, DiskSize>();
        for (DiskDefinition disk : context.definition().disks()) {
            SourceDisk source = opened.get(disk.id());
            if (source == null) {
                throw new IOException("disk " + disk.id() + " is not attached to the VM");
            }
            disks.add(replication(context, vm, disk, source, destination));
            sizes.put(disk.id(), new DiskSize(source.source().size()));
        }
        context.replicates(disks);
        if (disks.stream().anyMatch(DiskReplication::pulls)) {
            // Before the guest runs over there: it asks at once, and what it asks for is frozen by then.
            PullTerms.answerFetches(context);
        }
        context.monitor().guestRuns();
        return new Made<>(List.copyOf(disks), new OpenedDisks(sizes));
    }

    @Override
    public boolean buildsOnContent(MigrationContext context) {
        var algorithms = context.ports().algorithms();
        return context.definition().disks().stream()
                .map(disk -> context.record().task().algorithmFor(disk.id()))
                .allMatch(name -> algorithms.named(name).buildsOnContent());
    }

    private static DiskReplication replication(
            MigrationContext context, SourceVm vm, DiskDefinition disk, SourceDisk source, Prepared destination)
            throws IOException, InterruptedException {
        var algorithm =
                context.ports().algorithms().named(context.record().task().algorithmFor(disk.id()));
        @Nullable String mirrorTarget = destination.mirrorTargets().get(disk.id());
        NativeMirror mirror = mirrorTarget == null
                ? new NoNativeMirror(disk.id())
                : new SharedMirror(
                        vm.nativeMirror(
                                context.id(),
                                disk.id(),
                                mirrorTarget,
                                context.ports().link().bytesPerSecond()),
                        context.ports().link());
        Optional<ContentOffers> offers =
                algorithm.buildsOnContent() ? context.session().contentOffers(disk.id()) : Optional.empty();
        Optional<UncomparedBlocks> uncompared = FullComparison.wanted(context)
                ? Optional.of(new UncomparedBlocks(source.source().size()))
                : Optional.empty();
        var target = new MirroredTarget(context.session().target(disk.id()));
        var copy = new DiskCopy(
                disk.id(),
                disk.role(),
                source.source(),
                uncompared.map(blocks -> blocks.noting(source.changes())).orElse(source.changes()),
                new WatchedTarget(target, offers, context.monitor()),
                mirror,
                new CopyAccount(),
                context.ports().clock(),
                vm.writeMirror(context.id(), disk.id(), target));
        return new DiskReplication(copy, algorithm.create(terms(context, disk)), mirrorTarget != null, uncompared);
    }

    private static CopyTerms terms(MigrationContext context, DiskDefinition disk) throws IOException {
        var disks = context.definition().disks();
        long after = 0;
        for (DiskDefinition later : disks.subList(disks.indexOf(disk) + 1, disks.size())) {
            after += context.ports().images().allocatedBytes(later.image());
        }
        return new CopyTerms(
                context.policy().pauseBudget().dividedBy(2),
                context.policy().longestPause(),
                PullTerms.allowed(context, disk.id()),
                context.definition().memoryBytes(),
                context.ports().clock().elapsed(),
                context.ports().link().bytesPerSecond(),
                after);
    }

    @Override
    public void undo(MigrationContext context) throws IOException, InterruptedException {
        try {
            var vm = context.findVm();
            if (vm.isPresent()) {
                vm.get().closeDisks(context.id());
            }
        } catch (VmGoneException e) {
            // Exports and accounts went with the process.
        }
    }
}
