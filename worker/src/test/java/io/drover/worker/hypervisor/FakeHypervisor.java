package io.drover.worker.hypervisor;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Holds {@link FakeVm}s. */
public final class FakeHypervisor implements Hypervisor {
    private final Map<VmId, FakeProcess> processes = new LinkedHashMap<>();

    /** A VM without disks that runs. */
    public FakeVm put(VmId vm) {
        var process = new FakeProcess(vm, List.of(), VmStatus.RUNNING);
        processes.put(vm, process);
        return new FakeVm(process);
    }

    @Override
    public HypervisorFacts facts() {
        return new HypervisorFacts("fake 1", "tcg", Set.of(), Set.of());
    }

    @Override
    public VmInstance start(VmDefinition definition) throws IOException {
        return new FakeVm(start(definition, VmStatus.RUNNING));
    }

    @Override
    public IncomingVm startIncoming(VmDefinition definition) throws IOException {
        return new FakeIncomingVm(start(definition, VmStatus.INCOMING));
    }

    private FakeProcess start(VmDefinition definition, VmStatus begins) throws IOException {
        if (process(definition.id()).isPresent()) {
            throw new IOException("VM " + definition.id() + " is alive already");
        }
        var process = new FakeProcess(definition.id(), definition.disks(), begins);
        processes.put(definition.id(), process);
        return process;
    }

    @Override
    public Optional<VmInstance> find(VmId vm) {
        return process(vm).map(FakeVm::new);
    }

    @Override
    public Optional<SourceVm> findSource(VmId vm) {
        return process(vm).map(FakeSourceVm::new);
    }

    @Override
    public Optional<IncomingVm> findIncoming(VmId vm) {
        return process(vm).map(FakeIncomingVm::new);
    }

    /** The live one. */
    Optional<FakeProcess> process(VmId vm) {
        return Optional.ofNullable(processes.get(vm)).filter(FakeProcess::alive);
    }

    @Override
    public List<VmId> alive() {
        return processes.values().stream()
                .filter(FakeProcess::alive)
                .map(FakeProcess::vm)
                .toList();
    }
}
