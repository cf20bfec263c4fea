package io.drover.worker.migration.steps;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.MigrationState;
import io.drover.worker.hypervisor.Machine;
import io.drover.worker.migration.FrozenImage;
import io.drover.worker.migration.MigrationContext;
import io.drover.worker.migration.Step;
import io.drover.worker.migration.StrandedException;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.replication.BlockSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares the frozen disks here with what the destination read back. A difference is not repaired: the guest runs over
 * there, so both copies are kept and a person must look.
 */
public final class VerifyCopy implements Step {
    private static final int TRIES = 10;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @Override
    public String name() {
        return "verify-copy";
    }

    @Override
    public MigrationState state() {
        return MigrationState.FINISHING;
    }

    @Override
    public Map<String, ?> run(MigrationContext context) throws IOException, InterruptedException {
        var evidence = new TreeMap<String, Object>();
        for (DiskDefinition disk : swapFirst(context)) {
            DiskComparison comparison = compare(context, disk);
            evidence.put(disk.id().value(), comparison.evidence());
            if (!comparison.different().isEmpty()) {
                throw new StrandedException("disk " + disk.id() + " differs between "
                        + context.record().task().source() + " and " + context.destinationName() + " in "
                        + comparison.different().size() + " blocks, the first at byte "
                        + comparison.different().getFirst()
                        + "; the guest runs on the destination, the source's copy is kept");
            }
        }
        return Map.of("disks", evidence);
    }

    /** The guest rewrites its swap soonest. */
    private static List<DiskDefinition> swapFirst(MigrationContext context) {
        return context.definition().disks().stream()
                .sorted(Comparator.comparingInt(disk -> disk.role() == DiskRole.SWAP ? 0 : 1))
                .toList();
    }

    private static DiskComparison compare(MigrationContext context, DiskDefinition disk)
            throws IOException, InterruptedException {
        String trouble = "";
        for (int tries = 0; tries < TRIES; tries++) {
            var comparison = new DiskComparison();
            try {
                compare(context, disk, comparison);
                return comparison;
            } catch (PeerRefusedException e) {
                return DiskComparison.notDone(e.failure().message());
            } catch (IOException e) {
                trouble = String.valueOf(e.getMessage());
                context.closeSession();
                context.watch().keep();
                context.ports().clock().sleep(PAUSE);
            }
        }
        // Retiring deletes nothing, so a destination that does not answer is no reason to stay open for ever.
        return DiskComparison.notDone(trouble);
    }

    private static void compare(MigrationContext context, DiskDefinition disk, DiskComparison comparison)
            throws IOException, InterruptedException {
        try (var frozen = new FrozenDisk(context, disk)) {
            context.ports().digests().digest(frozen.source(), region -> {
                comparison.add(context.session().compare(disk.id(), region));
                context.watch().keep();
            });
        }
    }

    /** The frozen disk through its machine's export, or from the file when the process is gone. */
    private static final class FrozenDisk implements AutoCloseable {
        private final Optional<FrozenImage> file;
        private final BlockSource source;

        FrozenDisk(MigrationContext context, DiskDefinition disk) throws IOException, InterruptedException {
            Optional<BlockSource> export = export(context, disk.id());
            file = export.isPresent()
                    ? Optional.empty()
                    : Optional.of(new FrozenImage(context.ports().images().openDirect(disk.image())));
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

        @Override
        public void close() throws IOException {
            if (file.isPresent()) {
                file.get().close();
            }
        }
    }
}
