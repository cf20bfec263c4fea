package io.drover.worker.hypervisor;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.util.List;
import java.util.UUID;

final class FakeHypervisorTest extends HypervisorContract {
    private final FakeHypervisor source = new FakeHypervisor();
    private final FakeHypervisor destination = new FakeHypervisor();
    private final VmDefinition guest = new VmDefinition(
            new VmId(UUID.randomUUID()),
            "guest",
            1,
            64L << 20,
            "pc-q35-7.2",
            "qemu64",
            NetworkCards.plain(0),
            null,
            List.of(new DiskDefinition(new DiskId("data"), DiskRole.DATA, "data.img")));

    @Override
    protected Hypervisor source() {
        return source;
    }

    @Override
    protected Hypervisor destination() {
        return destination;
    }

    @Override
    protected VmDefinition guest() {
        return guest;
    }

    @Override
    protected void carry(SourceVm from, IncomingVm to) {
        FakeProcess there = destination.process(to.vm()).orElseThrow();
        source.process(from.vm()).orElseThrow().carryTo(there);
    }

    @Override
    protected void await(String what, Condition condition) throws Exception {
        // Nothing takes time here.
        if (!condition.holds()) {
            throw new AssertionError(what);
        }
    }
}
