package io.drover.worker.libvirt.domain;

/** Why a domain is in its state: {@code virDomainRunningReason} and its like. */
public enum DomainReason {
    RUNNING_BOOTED(DomainState.RUNNING, 1, "booted"),
    RUNNING_MIGRATED(DomainState.RUNNING, 2, "migrated"),
    RUNNING_RESTORED(DomainState.RUNNING, 3, "restored"),
    RUNNING_FROM_SNAPSHOT(DomainState.RUNNING, 4, "from snapshot"),
    RUNNING_UNPAUSED(DomainState.RUNNING, 5, "unpaused"),
    RUNNING_MIGRATION_CANCELED(DomainState.RUNNING, 6, "migration canceled"),
    RUNNING_SAVE_CANCELED(DomainState.RUNNING, 7, "save canceled"),
    RUNNING_WAKEUP(DomainState.RUNNING, 8, "event wakeup"),
    RUNNING_CRASHED(DomainState.RUNNING, 9, "crashed"),
    RUNNING_POSTCOPY(DomainState.RUNNING, 10, "post-copy"),
    RUNNING_POSTCOPY_FAILED(DomainState.RUNNING, 11, "post-copy failed"),
    PAUSED_USER(DomainState.PAUSED, 1, "user"),
    /** Incoming, or a source whose memory goes or has gone. */
    PAUSED_MIGRATION(DomainState.PAUSED, 2, "migrating"),
    PAUSED_SAVE(DomainState.PAUSED, 3, "saving"),
    PAUSED_DUMP(DomainState.PAUSED, 4, "dumping"),
    PAUSED_IO_ERROR(DomainState.PAUSED, 5, "I/O error"),
    PAUSED_WATCHDOG(DomainState.PAUSED, 6, "watchdog"),
    PAUSED_FROM_SNAPSHOT(DomainState.PAUSED, 7, "from snapshot"),
    PAUSED_SHUTTING_DOWN(DomainState.PAUSED, 8, "shutting down"),
    PAUSED_SNAPSHOT(DomainState.PAUSED, 9, "creating snapshot"),
    PAUSED_CRASHED(DomainState.PAUSED, 10, "crashed"),
    PAUSED_STARTING_UP(DomainState.PAUSED, 11, "starting up"),
    PAUSED_POSTCOPY(DomainState.PAUSED, 12, "post-copy"),
    PAUSED_POSTCOPY_FAILED(DomainState.PAUSED, 13, "post-copy failed"),
    SHUTTING_DOWN_USER(DomainState.SHUTTING_DOWN, 1, "user"),
    SHUT_OFF_SHUTDOWN(DomainState.SHUT_OFF, 1, "shutdown"),
    SHUT_OFF_DESTROYED(DomainState.SHUT_OFF, 2, "destroyed"),
    SHUT_OFF_CRASHED(DomainState.SHUT_OFF, 3, "crashed"),
    SHUT_OFF_MIGRATED(DomainState.SHUT_OFF, 4, "migrated"),
    SHUT_OFF_SAVED(DomainState.SHUT_OFF, 5, "saved"),
    SHUT_OFF_FAILED(DomainState.SHUT_OFF, 6, "failed"),
    SHUT_OFF_FROM_SNAPSHOT(DomainState.SHUT_OFF, 7, "from snapshot"),
    SHUT_OFF_DAEMON(DomainState.SHUT_OFF, 8, "daemon"),
    CRASHED_PANICKED(DomainState.CRASHED, 1, "panicked"),
    /** libvirt does not know, or it is a later libvirt's. */
    UNKNOWN(DomainState.UNKNOWN, 0, "unknown");

    private final DomainState state;
    private final int code;
    private final String words;

    DomainReason(DomainState state, int code, String words) {
        this.state = state;
        this.code = code;
        this.words = words;
    }

    static DomainReason of(DomainState state, int code) {
        for (DomainReason reason : values()) {
            if (reason.state == state && reason.code == code) {
                return reason;
            }
        }
        return UNKNOWN;
    }

    /** As {@code virsh domstate --reason} says it. */
    @Override
    public String toString() {
        return words;
    }
}
