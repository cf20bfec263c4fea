package io.drover.worker.migration.source.step;

import io.drover.worker.hypervisor.SourceVm.Parts;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.migration.metrics.RollBackCause;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationOutcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What stands in the VM that Drover has not put there: asked before a byte is sent, before the switchover and before the
 * give, for whoever opens the VM's second monitor can change it at any time.
 */
final class NoForeignParts {
    private NoForeignParts() {}

    /** Ends a move under way: what the guest wrote above the disks that were copied would not be at the destination. */
    static void require(MigrationContext context, Parts parts) throws IOException, InterruptedException {
        Optional<String> foreign = named(context, parts);
        if (foreign.isPresent()) {
            throw new MigrationOutcome.Abandoned(
                    RollBackCause.GUEST, "the VM was changed while it was copied: " + foreign.get());
        }
    }

    /** Names them in one sentence; empty when there are none, or no process to have any. */
    static Optional<String> named(MigrationContext context, Parts parts) throws IOException, InterruptedException {
        try {
            var vm = context.findVm();
            List<String> found = vm.isEmpty() ? List.of() : vm.get().foreignParts(context.id(), parts);
            return found.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", found));
        } catch (VmGoneException e) {
            // Nothing can be written any more; what its end means is decided by those who look at its status.
            return Optional.empty();
        }
    }
}
