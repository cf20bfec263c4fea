package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.schema.record.Trouble;
import io.drover.schema.record.VmRecord;
import org.jspecify.annotations.Nullable;

/** A VM's row, which a test may set as it needs it. */
public final class VmRow {
    public final VmDefinition definition;
    public HostId owner;
    public long epoch = 1;
    public VmRecord.Power power = VmRecord.Power.STOPPED;
    public VmRecord.Power wanted = VmRecord.Power.STOPPED;
    public @Nullable Trouble trouble;

    public VmRow(VmDefinition definition, HostId owner) {
        this.definition = definition;
        this.owner = owner;
    }

    VmRow copy() {
        var copy = new VmRow(definition, owner);
        copy.epoch = epoch;
        copy.power = power;
        copy.wanted = wanted;
        copy.trouble = trouble;
        return copy;
    }

    VmRecord read() {
        return new VmRecord(definition, owner, epoch, power, wanted, trouble);
    }
}
