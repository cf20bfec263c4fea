package io.drover.worker.migration.destination;

import static io.drover.worker.migration.destination.AdmissionCheck.refused;

import io.drover.messages.Failure;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.ownership.GuestStates;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** A VM's memory on its way to this host. */
record ArrivingMemory(IncomingVm vm, Clock clock) {
    private static final Duration POLL = Duration.ofMillis(5);

    /** Whether all of it is here, and the guest stands still, within the limit. */
    boolean await(Duration limit) throws IOException, InterruptedException {
        return new Wait(clock, limit, POLL).until(this::isComplete);
    }

    private boolean isComplete() throws IOException, InterruptedException {
        Phase phase = vm.memory().phase();
        if (phase == Phase.FAILED || phase == Phase.CANCELLED) {
            throw new IOException(
                    "the incoming VM did not get its memory: " + vm.memory().error());
        }
        if (phase != Phase.COMPLETED) {
            return false;
        }
        VmStatus status = vm.status();
        // Memory tells in what state the guest was stopped: one that had ended by itself must not run on here.
        Optional<String> ended = status == VmStatus.PAUSED ? Optional.empty() : GuestStates.endsAMove(status);
        if (ended.isPresent()) {
            throw refused(Failure.Kind.REJECTED, ended.get());
        }
        return status == VmStatus.PAUSED;
    }
}
