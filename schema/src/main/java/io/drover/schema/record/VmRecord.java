package io.drover.schema.record;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;

/**
 * A machine and who owns it: the only truth about where it may run.
 *
 * @param epoch grows by one with every change of owner
 * @param power what the owner was last seen to do with it
 * @param wantedPower what an operator asked for
 */
public record VmRecord(VmDefinition definition, HostId owner, long epoch, Power power, Power wantedPower) {
    public enum Power {
        RUNNING,
        STOPPED
    }
}
