package io.drover.messages.api;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A VM and who owns it: {@code GET /vms/VM}, an element of {@code GET /vms}, and the answer when one is defined,
 * started or stopped.
 *
 * @param epoch grows by one with every change of owner
 * @param power what the owner was last seen to do with it
 * @param wantedPower what an operator asked for
 * @param trouble why it is not as it is wanted; null: nothing is in the way
 * @param ownerSeen when the owner's worker was last heard of, and {@code power} with it; null when it never was
 */
public record VmDocument(
        VmDefinition definition,
        HostId owner,
        long epoch,
        Power power,
        Power wantedPower,
        @Nullable TroubleDocument trouble,
        @Nullable Instant ownerSeen) {
    /** A worker says every five seconds that it lives; what it saw is not known any more once it was silent so long. */
    private static final Duration SILENT = Duration.ofSeconds(20);

    /** Whether its host has been silent for so long that nobody knows what the VM does; {@code power} is what it did. */
    public boolean unknownAt(Instant now) {
        return ownerSeen == null || Duration.between(ownerSeen, now).compareTo(SILENT) > 0;
    }

    /** What a VM does; {@code RUNNING} and {@code STOPPED} alone can be wanted. */
    public enum Power {
        RUNNING,
        STOPPED,
        /** Its process lives and the guest stands: somebody paused it. */
        PAUSED,
        /** The guest sleeps by its own will. */
        SUSPENDED,
        /** The guest was stopped by an error of a disk. */
        IO_ERROR,
        /** The guest panicked, or was stopped by its watchdog or an error of the hypervisor. */
        CRASHED,
        /** Its host holds evidence against the database and leaves it as it is: a person must look. */
        STRANDED
    }
}
