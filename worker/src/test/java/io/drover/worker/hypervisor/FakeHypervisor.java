package io.drover.worker.hypervisor;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Holds {@link FakeMachine}s. */
public final class FakeHypervisor implements Hypervisor {
    private final Map<VmId, FakeMachine> machines = new LinkedHashMap<>();

    public FakeMachine put(VmId vm) {
        var machine = new FakeMachine(vm);
        machines.put(vm, machine);
        return machine;
    }

    @Override
    public HypervisorFacts facts() {
        return new HypervisorFacts("fake", "tcg", Set.of(), Set.of());
    }

    @Override
    public Machine start(VmDefinition definition) {
        return put(definition.id());
    }

    @Override
    public Machine startIncoming(VmDefinition definition) {
        return start(definition);
    }

    @Override
    public Optional<Machine> find(VmId vm) {
        return Optional.ofNullable(machines.get(vm));
    }

    @Override
    public List<VmId> alive() {
        return List.copyOf(machines.keySet());
    }
}
