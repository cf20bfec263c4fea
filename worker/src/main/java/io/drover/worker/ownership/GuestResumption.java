package io.drover.worker.ownership;

import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmStatus;
import java.io.IOException;
import java.time.Duration;

/** Gets the guest running again at its source, whatever the outgoing transfer is at, and sees that it runs. */
public final class GuestResumption {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    private GuestResumption() {}

    /** Returns when the guest runs, or cannot: powered off, stopped by an error, or its process gone. */
    public static void await(SourceVm vm, Clock clock) throws IOException, InterruptedException {
        if (!new Wait(clock, LIMIT, POLL).until(() -> settled(vm))) {
            throw new IOException("the guest does not run again within " + LIMIT.toSeconds() + " s");
        }
    }

    private static boolean settled(SourceVm vm) throws IOException, InterruptedException {
        try {
            return settled(vm, vm.status());
        } catch (VmGoneException e) {
            return true;
        }
    }

    private static boolean settled(SourceVm vm, VmStatus status) throws IOException, InterruptedException {
        Phase phase = vm.memory().phase();
        if (phase == Phase.ACTIVE || phase == Phase.PRE_SWITCHOVER) {
            // QEMU may complete all the same: the next look tells.
            vm.cancelMemory();
            return false;
        }
        return switch (status) {
            // No migration pauses a guest: somebody else did, and it stays so.
            case RUNNING, PAUSED, SUSPENDED, SHUT_DOWN, IO_ERROR, CRASHED -> true;
            case POST_MIGRATE -> {
                vm.resume();
                yield false;
            }
            case FINISHING_MIGRATION, INCOMING -> false;
        };
    }
}
