package io.drover.worker.migration.source.step;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.PreparedDestination;
import io.drover.messages.text.FileProblem;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.image.ImageFile;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import io.drover.worker.peer.Destination.DiskNeed;
import io.drover.worker.peer.Destination.PrepareRequest;
import io.drover.worker.peer.Destination.Prepared;
import io.drover.worker.peer.PeerRefusedException;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** Has the destination check, reserve, create the images and start the incoming VM. */
public final class PrepareDestination implements Step.Preparing {
    private final boolean stopped;

    private PrepareDestination(boolean stopped) {
        this.stopped = stopped;
    }

    /** For a VM that runs. */
    public static PrepareDestination ofRunningVm() {
        return new PrepareDestination(false);
    }

    /** For a VM that is stopped: whatever the task names, its images are copied as they are. */
    public static PrepareDestination ofStoppedVm() {
        return new PrepareDestination(true);
    }

    @Override
    public String name() {
        return PreparedDestination.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.PREPARING;
    }

    @Override
    public Made<Prepared, PreparedDestination> run(MigrationContext context) throws IOException, InterruptedException {
        reserveMark(context);
        HypervisorFacts facts = context.ports().hypervisor().facts();
        Map<ImageName, Long> bases = new SentBases(context).send();
        Prepared prepared = context.session()
                .prepare(new PrepareRequest(
                        context.definition(),
                        context.record().epoch(),
                        needs(context),
                        facts.version(),
                        facts.accelerator(),
                        stopped));
        return new Made<>(prepared, new PreparedDestination(bases));
    }

    /** Room for the marks of the switchover: in it the guest stands still, and it is too late to find none. */
    private static void reserveMark(MigrationContext context) {
        try {
            context.ports().marks().reserve(context.vm());
        } catch (IOException e) {
            throw new MigrationOutcome.Rejected(
                    "state folder: the mark of ownership cannot be kept: " + FileProblem.told(e));
        }
    }

    private Map<DiskId, DiskNeed> needs(MigrationContext context) throws IOException {
        var images = context.ports().images();
        var needs = new TreeMap<DiskId, DiskNeed>();
        for (DiskDefinition disk : context.definition().disks()) {
            BackingImage base = disk.base();
            String algorithm = context.record().task().algorithmFor(disk.id());
            needs.put(
                    disk.id(),
                    new DiskNeed(
                            images.diskSize(ImageFile.of(disk)),
                            images.allocatedBytes(disk.image()),
                            algorithm,
                            stopped
                                    || context.ports()
                                            .algorithms()
                                            .named(algorithm)
                                            .buildsOnContent(),
                            PullTerms.pulls(context, disk.id()),
                            base == null
                                    ? null
                                    : images.digest(base.image().value()).sha256()));
        }
        return needs;
    }

    /** The destination removes what it holds; when it cannot be reached it does so by itself, later. */
    @Override
    public void undo(MigrationContext context) throws IOException, InterruptedException {
        try {
            context.session().abort();
        } catch (PeerRefusedException e) {
            throw e;
        } catch (IOException e) {
            // The session may have been the very thing that broke.
            context.closeSession();
            context.session().abort();
        }
    }
}
