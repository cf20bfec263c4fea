package io.drover.worker.hypervisor;

/** {@code query-status} of QEMU, as far as a migration tells the cases apart. */
public enum MachineStatus {
    RUNNING,
    /** Stopped and can be resumed; an incoming machine is here once it has everything. */
    PAUSED,
    /** Waits for its memory or loads it. */
    INCOMING,
    /** Stopped by an outgoing migration that is not over. */
    FINISHING_MIGRATION,
    /** The outgoing migration is complete; never resumes by itself. */
    POST_MIGRATE,
    /** The guest powered off; the process waits. */
    SHUT_DOWN,
    /** Stopped on a disk error, a watchdog or an internal error. */
    FAULTED
}
