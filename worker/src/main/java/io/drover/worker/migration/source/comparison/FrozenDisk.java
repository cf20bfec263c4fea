package io.drover.worker.migration.source.comparison;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.image.ImageFile;
import io.drover.worker.migration.source.FrozenImage;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.replication.BlockSource;
import java.io.IOException;
import java.util.Optional;

/** A frozen disk through its VM's export, or from the file when the process is gone. */
public final class FrozenDisk implements AutoCloseable {
    private final Optional<FrozenImage> file;
    private final BlockSource source;

    public FrozenDisk(MigrationContext context, DiskDefinition disk) throws IOException, InterruptedException {
        Optional<BlockSource> export = export(context, disk.id());
        file = export.isPresent()
                ? Optional.empty()
                : Optional.of(new FrozenImage(context.ports().images().open(ImageFile.of(disk))));
        source = export.isPresent() ? export.get() : file.orElseThrow();
    }

    public BlockSource source() {
        return source;
    }

    private static Optional<BlockSource> export(MigrationContext context, DiskId disk)
            throws IOException, InterruptedException {
        if (context.vmStatus().isEmpty()) {
            return Optional.empty();
        }
        SourceVm vm = context.sourceVm();
        var opened = vm.openDisks(context.id()).get(disk);
        if (opened == null) {
            throw new IOException("disk " + disk + " is not attached to the VM");
        }
        return Optional.of(opened.source());
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
