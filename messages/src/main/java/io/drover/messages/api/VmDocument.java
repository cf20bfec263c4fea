package io.drover.messages.api;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;

/**
 * A VM and who owns it: {@code GET /vms/VM}, an element of {@code GET /vms}, and the answer when one is defined,
 * started or stopped.
 *
 * @param epoch grows by one with every change of owner
 * @param power what the owner was last seen to do with it
 * @param wantedPower what an operator asked for
 */
public record VmDocument(VmDefinition definition, HostId owner, long epoch, Power power, Power wantedPower) {
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
