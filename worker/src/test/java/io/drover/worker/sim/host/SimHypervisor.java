package io.drover.worker.sim.host;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.sim.control.SimFleet;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One host's hypervisor. */
public final class SimHypervisor implements Hypervisor {
    private final SimFleet fleet;
    private final SimHost host;

    public SimHypervisor(SimFleet fleet, SimHost host) {
        this.fleet = fleet;
        this.host = host;
    }

    @Override
    public HypervisorFacts facts() {
        return host.facts;
    }

    @Override
    public void checkOffered(VmDefinition definition) throws IOException {
        if (host.notOffered != null) {
            throw new IOException(host.notOffered);
        }
    }

    @Override
    public VmInstance start(VmDefinition definition) throws IOException {
        SimProcess process = newProcess(definition);
        if (process.imagesLocked()) {
            process.die();
            throw new IOException("an image is locked");
        }
        process.startCold();
        fleet.database().open(definition.id()).ifPresent(row -> fleet.world().count("started cold while " + row.state));
        fleet.world().step();
        return new SimVm(fleet, process);
    }

    @Override
    public IncomingVm startIncoming(VmDefinition definition) throws IOException {
        SimProcess process = newProcess(definition);
        fleet.world().step();
        return new SimIncomingVm(fleet, process);
    }

    private SimProcess newProcess(VmDefinition definition) throws IOException {
        fleet.mayFail();
        if (host.processes.containsKey(definition.id())) {
            throw new IOException("a VM of this id is alive");
        }
        for (var disk : definition.disks()) {
            if (!host.images.containsKey(disk.image())) {
                throw new IOException("no image " + disk.image());
            }
        }
        var process = new SimProcess(fleet, host, fleet.guest(definition.id()), definition);
        host.processes.put(definition.id(), process);
        return process;
    }

    @Override
    public Optional<VmInstance> find(VmId vm) throws IOException {
        return process(vm).map(process -> new SimVm(fleet, process));
    }

    @Override
    public Optional<SourceVm> findSource(VmId vm) throws IOException {
        return process(vm).map(process -> new SimSourceVm(fleet, process));
    }

    @Override
    public Optional<IncomingVm> findIncoming(VmId vm) throws IOException {
        return process(vm).map(process -> new SimIncomingVm(fleet, process));
    }

    private Optional<SimProcess> process(VmId vm) throws IOException {
        fleet.mayFail();
        return Optional.ofNullable(host.processes.get(vm));
    }

    @Override
    public List<VmId> alive() {
        fleet.world().step();
        return List.copyOf(host.processes.keySet());
    }
}
