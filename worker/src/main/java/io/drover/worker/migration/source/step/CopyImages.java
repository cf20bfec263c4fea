package io.drover.worker.migration.source.step;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.CopiedImages;
import io.drover.messages.evidence.CopiedImages.CopiedImage;
import io.drover.worker.image.ImageStore.SourceImage;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.Step;
import io.drover.worker.migration.source.WatchedTarget;
import io.drover.worker.peer.Destination.Prepared;
import io.drover.worker.replication.CopyAccount;
import io.drover.worker.replication.CopyTerms;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.algorithm.StopAndCopy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Copies the images of a VM that is stopped. They stay locked until the attempt is over: nothing writes to what was
 * read, whoever starts it.
 */
public final class CopyImages implements Step.Opening {
    @Override
    public String name() {
        return CopiedImages.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.REPLICATING;
    }

    @Override
    public Made<List<DiskReplication>, CopiedImages> run(MigrationContext context, Prepared destination)
            throws IOException, InterruptedException {
        List<SourceImage> images = open(context);
        if (context.vmStatus().isPresent()) {
            throw new IOException("the VM that was stopped has a process");
        }
        var disks = new ArrayList<DiskReplication>();
        for (int i = 0; i < images.size(); i++) {
            disks.add(replication(context, context.definition().disks().get(i), images.get(i)));
        }
        context.replicates(disks);
        var copied = new TreeMap<DiskId, CopiedImage>();
        for (DiskReplication disk : disks) {
            disk.finish();
            copied.put(
                    disk.copy().disk(),
                    new CopiedImage(
                            disk.copy().source().size(),
                            disk.copy().account().bytesDone(),
                            disk.copy().account().bytesSaved(),
                            disk.wireBytes()));
        }
        return new Made<>(List.copyOf(disks), new CopiedImages(copied));
    }

    @Override
    public boolean buildsOnContent(MigrationContext context) {
        return true;
    }

    private static List<SourceImage> open(MigrationContext context) throws IOException {
        var images = new ArrayList<SourceImage>();
        for (DiskDefinition disk : context.definition().disks()) {
            SourceImage image = context.ports().images().openSource(disk.image());
            context.keep(image);
            images.add(image);
        }
        return images;
    }

    private static DiskReplication replication(MigrationContext context, DiskDefinition disk, SourceImage image)
            throws IOException, InterruptedException {
        var copy = new DiskCopy(
                disk.id(),
                disk.role(),
                image,
                new FrozenChanges(),
                new WatchedTarget(
                        context.session().target(disk.id()),
                        context.session().contentOffers(disk.id()),
                        context.monitor()),
                new NoNativeMirror(disk.id()),
                new CopyAccount(),
                context.ports().clock(),
                new NoWriteMirror(disk.id()));
        // What a task names is for VMs that run.
        return new DiskReplication(
                copy, context.ports().algorithms().named(StopAndCopy.NAME).create(CopyTerms.STANDARD), false);
    }

    @Override
    public void undo(MigrationContext context) {
        // Before the record says that the migration is over: the VM may be started here then.
        context.closeKept();
    }
}
