package io.drover.worker.migration;

import io.drover.worker.hypervisor.Machine;
import io.drover.worker.hypervisor.MachineGoneException;
import io.drover.worker.hypervisor.MachineStatus;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Gets the guest running again at its source, whatever the outgoing transfer is at, and sees that it runs. */
final class SourceGuest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    private final MigrationContext context;

    SourceGuest(MigrationContext context) {
        this.context = context;
    }

    /** Returns when the guest runs, or cannot: powered off, stopped by an error, or its process gone. */
    void letRun() throws IOException, InterruptedException {
        var clock = context.ports().clock();
        Duration end = clock.elapsed().plus(LIMIT);
        while (!settled()) {
            if (clock.elapsed().compareTo(end) > 0) {
                throw new IOException("the guest does not run again within " + LIMIT.toSeconds() + " s");
            }
            clock.sleep(POLL);
        }
    }

    private boolean settled() throws IOException, InterruptedException {
        Optional<MachineStatus> status = context.machineStatus();
        if (status.isEmpty()) {
            return true;
        }
        try {
            return settled(context.machine(), status.get());
        } catch (MachineGoneException e) {
            return false;
        }
    }

    private static boolean settled(Machine machine, MachineStatus status) throws IOException, InterruptedException {
        Phase phase = machine.memory().phase();
        if (phase == Phase.ACTIVE || phase == Phase.PRE_SWITCHOVER) {
            // QEMU may complete all the same: the next look tells.
            machine.cancelMemory();
            return false;
        }
        return switch (status) {
            case RUNNING, SHUT_DOWN, FAULTED -> true;
            case PAUSED, POST_MIGRATE -> {
                machine.resume();
                yield false;
            }
            case FINISHING_MIGRATION, INCOMING -> false;
        };
    }
}
