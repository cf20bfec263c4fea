package io.drover.worker.hypervisor;

/**
 * {@code query-migrate}, on either side.
 *
 * @param bytesTransferred on the wire so far
 * @param bytesRemaining still to send, source only
 * @param error the hypervisor's words when failed, else empty
 */
public record MemoryTransfer(Phase phase, long bytesTransferred, long bytesRemaining, long bytesTotal, String error) {
    public enum Phase {
        NONE,
        ACTIVE,
        /** The guest is stopped, its disks are still readable at the source; waits for {@code continueSwitchover}. */
        PRE_SWITCHOVER,
        COMPLETED,
        FAILED,
        CANCELLED
    }
}
