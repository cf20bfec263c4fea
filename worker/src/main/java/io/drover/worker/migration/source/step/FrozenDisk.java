package io.drover.worker.migration.source.step;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.worker.hypervisor.Machine;
import io.drover.worker.image.ImageFile;
import io.drover.worker.migration.source.FrozenImage;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.replication.BlockSource;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A frozen disk through its machine's export, or from the file when the process is gone. */
final class FrozenDisk implements AutoCloseable {
    private final Optional<FrozenImage> file;
    private final BlockSource source;

    FrozenDisk(MigrationContext context, DiskDefinition disk) throws IOException, InterruptedException {
        Optional<BlockSource> export = export(context, disk.id());
        file = export.isPresent()
                ? Optional.empty()
                : Optional.of(new FrozenImage(context.ports().images().open(ImageFile.of(disk))));
        source = export.isPresent() ? export.get() : file.orElseThrow();
    }

    BlockSource source() {
        return source;
    }

    private static Optional<BlockSource> export(MigrationContext context, DiskId disk)
            throws IOException, InterruptedException {
        if (context.machineStatus().isEmpty()) {
            return Optional.empty();
        }
        Machine machine = context.machine();
        var opened = machine.openDisks(context.id()).get(disk);
        if (opened == null) {
            throw new IOException("disk " + disk + " is not attached to the machine");
        }
        return Optional.of(opened.source());
    }

    /** Has the session answer what the destination's guest waits for. What it reads stays open as long as the attempt. */
    static void answerFetches(MigrationContext context) throws IOException, InterruptedException {
        Map<DiskId, BlockSource> sources = new TreeMap<>();
        for (DiskDefinition disk : PullRest.pulled(context)) {
            if (context.session().missing(disk.id(), 0).bytes() == 0) {
                // An earlier attempt saw it complete: it takes no data any more, and nobody will ask for any.
                continue;
            }
            var frozen = new FrozenDisk(context, disk);
            context.keep(frozen);
            sources.put(disk.id(), frozen.source());
        }
        context.session().answerFetches(sources);
    }

    @Override
    public void close() throws IOException {
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
