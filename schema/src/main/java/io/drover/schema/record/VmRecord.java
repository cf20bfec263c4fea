package io.drover.schema.record;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import org.jspecify.annotations.Nullable;

/**
 * A VM and who owns it: the only truth about where it may run.
 *
 * @param epoch grows by one with every change of owner
 * @param power what the owner was last seen to do with it
 * @param wantedPower what an operator asked for
 * @param trouble why it is not as it is wanted; null: nothing is in the way
 */
public record VmRecord(
        VmDefinition definition,
        HostId owner,
        long epoch,
        Power power,
        Power wantedPower,
        @Nullable Trouble trouble) {
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
