package io.drover.worker.ownership;

import io.drover.schema.record.VmRecord.Power;
import io.drover.worker.hypervisor.VmStatus;
import java.util.Optional;

/**
 * What each state of a VM means to Drover: what is shown of it, and what a move does when it finds it. A move
 * begins with a guest that runs, and ends with one that runs: every other state is refused before anything begins, and
 * turns a move back that is under way. The guest is left at the source in the state it has.
 */
public final class GuestStates {
    private GuestStates() {}

    /** What is recorded of a VM that is in no migration, and shown by {@code drover vms}. */
    static Power shown(VmStatus status) {
        return switch (status) {
            case RUNNING -> Power.RUNNING;
            case PAUSED -> Power.PAUSED;
            case SUSPENDED -> Power.SUSPENDED;
            case SHUT_DOWN -> Power.STOPPED;
            case IO_ERROR -> Power.IO_ERROR;
            case CRASHED -> Power.CRASHED;
            // Left over from a migration that the database does not know.
            case INCOMING, FINISHING_MIGRATION, POST_MIGRATE -> Power.STRANDED;
        };
    }

    /** Why a move must not go on, or empty; the states in which QEMU itself moves the VM are none. */
    public static Optional<String> endsAMove(VmStatus status) {
        return switch (status) {
            case RUNNING, INCOMING, FINISHING_MIGRATION, POST_MIGRATE -> Optional.empty();
            case PAUSED -> Optional.of("somebody paused the guest during the migration");
            case SUSPENDED -> Optional.of("the guest went to sleep during the migration");
            case SHUT_DOWN -> Optional.of("the guest powered off during the migration");
            case IO_ERROR -> Optional.of("the guest was stopped by an error of a disk during the migration");
            case CRASHED -> Optional.of("the guest crashed during the migration");
        };
    }
}
