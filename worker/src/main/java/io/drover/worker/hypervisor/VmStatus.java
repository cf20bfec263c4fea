package io.drover.worker.hypervisor;

/** {@code query-status} of QEMU, as far as a migration tells the cases apart. */
public enum VmStatus {
    RUNNING,
    /** Stopped and can be resumed; an incoming VM is here once it has everything. */
    PAUSED,
    /** The guest sleeps by its own will and is woken by its devices. */
    SUSPENDED,
    /** Waits for its memory or loads it. */
    INCOMING,
    /** Stopped by an outgoing migration that is not over. */
    FINISHING_MIGRATION,
    /** The outgoing migration is complete; never resumes by itself. */
    POST_MIGRATE,
    /** The guest powered off; the process waits. */
    SHUT_DOWN,
    /** Stopped by an error of a disk; goes on when it is resumed. */
    IO_ERROR,
    /** The guest panicked, or was stopped by its watchdog or an error of the hypervisor. */
    CRASHED;

    /** Whether the guest runs, or ran and stands by its own doing: one that was let run has come that far. */
    public boolean ran() {
        return switch (this) {
            case RUNNING, SUSPENDED, SHUT_DOWN, IO_ERROR, CRASHED -> true;
            case PAUSED, INCOMING, FINISHING_MIGRATION, POST_MIGRATE -> false;
        };
    }
}
