package io.drover.worker.migration.source.step;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.ImageFormat;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.CheckedVm;
import io.drover.messages.evidence.disk.DiskSize;
import io.drover.worker.hypervisor.SourceVm.Parts;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import io.drover.worker.migration.source.Step;
import io.drover.worker.migration.source.comparison.FullComparison;
import java.io.IOException;
import java.util.Locale;
import java.util.TreeMap;

/** Preflight at the source: the VM runs or is stopped, its disks are there and writable, the algorithms are known. */
public final class CheckVm implements Step.Plain {
    private final boolean stopped;

    private CheckVm(boolean stopped) {
        this.stopped = stopped;
    }

    /** That it runs. */
    public static CheckVm running() {
        return new CheckVm(false);
    }

    /** That it is stopped. */
    public static CheckVm stopped() {
        return new CheckVm(true);
    }

    @Override
    public String name() {
        return CheckedVm.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.PREPARING;
    }

    @Override
    public CheckedVm run(MigrationContext context) throws IOException, InterruptedException {
        var disks = new TreeMap<DiskId, DiskSize>();
        for (DiskDefinition disk : context.definition().disks()) {
            checkAlgorithm(context, disk);
            checkFormat(context, disk);
            disks.put(disk.id(), new DiskSize(checkImage(context.ports().images(), disk)));
        }
        if (stopped) {
            return new CheckedVm("stopped", disks);
        }
        VmStatus status = context.vmStatus()
                .orElseThrow(() -> new MigrationOutcome.Rejected(
                        "vm: " + context.definition().name() + " is not running on "
                                + context.record().task().source() + ": it has no process"));
        if (status != VmStatus.RUNNING) {
            throw new MigrationOutcome.Rejected("vm: " + context.definition().name() + " is "
                    + status.name().toLowerCase(Locale.ROOT) + ", only a running VM is migrated live");
        }
        var foreign = NoForeignParts.named(context, Parts.ALL);
        if (foreign.isPresent()) {
            throw new MigrationOutcome.Rejected(foreign.get());
        }
        return new CheckedVm("running", disks);
    }

    private static void checkAlgorithm(MigrationContext context, DiskDefinition disk) {
        String algorithm = context.record().task().algorithmFor(disk.id());
        var known = context.ports().algorithms().names();
        if (!known.contains(algorithm)) {
            throw new MigrationOutcome.Rejected("algorithm: '" + algorithm + "' for disk " + disk.id()
                    + " is unknown; known are " + String.join(", ", known));
        }
        if (context.ports().algorithms().named(algorithm).copiedByHypervisor()
                && !context.ports().hypervisor().nativeAlgorithms().contains(algorithm)) {
            throw new MigrationOutcome.Rejected("algorithm: '" + algorithm + "' for disk " + disk.id()
                    + " is not offered by this host's hypervisor, "
                    + context.ports().hypervisor().facts().version());
        }
        if (FullComparison.wanted(context)
                && context.ports().algorithms().named(algorithm).pulls(false)) {
            throw new MigrationOutcome.Rejected("verify: 'full' compares everything before the VM is given away, and '"
                    + algorithm + "' leaves blocks of disk " + disk.id() + " behind; name another algorithm for it");
        }
        if (disk.role() == DiskRole.SWAP
                && !context.ports().algorithms().named(algorithm).takesSwap()) {
            throw new MigrationOutcome.Rejected("algorithm: '" + algorithm
                    + "' is not for swap: under a mirror QEMU throws away" + " what the guest frees of disk "
                    + disk.id() + "; name another for it, for example pre-copy");
        }
    }

    private void checkFormat(MigrationContext context, DiskDefinition disk) throws IOException {
        if (disk.imageFormat() == ImageFormat.RAW) {
            return;
        }
        String algorithm = context.record().task().algorithmFor(disk.id());
        if (stopped) {
            throw new MigrationOutcome.Rejected(
                    "disk " + disk.id() + ": a qcow2 image is moved while its VM runs only");
        }
        if (FullComparison.wanted(context)) {
            throw new MigrationOutcome.Rejected("verify: 'full' compares raw images, before the VM is given away; disk "
                    + disk.id() + " is qcow2, which is compared by reading back afterwards (verify: read-back)");
        }
        if (context.ports().images().isDevice(disk.image())) {
            throw new MigrationOutcome.Rejected("disk " + disk.id() + ": a block device is moved as raw, not as qcow2");
        }
        if (context.ports().algorithms().named(algorithm).pulls(false)) {
            throw new MigrationOutcome.Rejected("algorithm: '" + algorithm + "' pulls, which is for raw images; disk "
                    + disk.id() + " is qcow2: name another for it, for example pre-copy");
        }
        if (disk.base() != null && context.ports().algorithms().named(algorithm).copiedByHypervisor()) {
            throw new MigrationOutcome.Rejected("algorithm: '" + algorithm + "' copies the base too; disk " + disk.id()
                    + " has one: name another for it, for example pre-copy");
        }
    }

    private static long checkImage(ImageStore images, DiskDefinition disk) throws IOException {
        try {
            return images.requireMovable(ImageFile.of(disk));
        } catch (InvalidImageException e) {
            throw new MigrationOutcome.Rejected("disk " + disk.id() + ": " + e.getMessage());
        }
    }
}
