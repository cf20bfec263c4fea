package io.drover.worker.hypervisor;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One connection a machine, shared by everything in this worker: QEMU's QMP socket serves one client, and a second
 * connection hangs while the first is held (QEMU 7.2). Migrations, power and telemetry ask here and get the same {@link
 * SharedMachine}; closing it does nothing, the connection lives until the machine is gone or this is closed.
 *
 * <p>Nothing is locked around a machine's calls: implementations of {@link Machine} are safe for several threads (the QEMU
 * driver's QMP client puts commands in order by itself), and telemetry must not wait for a switchover, nor it for telemetry.
 * Finding and starting one machine is done by one thread at a time, different machines do not wait for each other.
 */
public final class SharedMachines implements Hypervisor, AutoCloseable {
    private final Hypervisor hypervisor;
    private final Map<VmId, Slot> slots = new ConcurrentHashMap<>();

    public SharedMachines(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    @Override
    public HypervisorFacts facts() {
        return hypervisor.facts();
    }

    @Override
    public Machine start(VmDefinition definition) throws IOException, InterruptedException {
        return slot(definition.id()).replace(() -> hypervisor.start(definition));
    }

    @Override
    public Machine startIncoming(VmDefinition definition) throws IOException, InterruptedException {
        return slot(definition.id()).replace(() -> hypervisor.startIncoming(definition));
    }

    @Override
    public Optional<Machine> find(VmId vm) throws IOException, InterruptedException {
        // A process that died leaves a connection that looks whole; who finds a machine must be able to trust that it
        // lives.
        boolean alive = hypervisor.alive().contains(vm);
        return slot(vm).find(alive, () -> hypervisor.find(vm));
    }

    @Override
    public List<VmId> alive() throws IOException {
        return hypervisor.alive();
    }

    /** Drops every connection; the machines live on. */
    @Override
    public void close() {
        slots.values().forEach(Slot::drop);
    }

    private Slot slot(VmId vm) {
        return slots.computeIfAbsent(vm, _ -> new Slot());
    }

    @FunctionalInterface
    private interface Opening<T> {
        T open() throws IOException, InterruptedException;
    }

    /** The one connection of one machine. */
    private static final class Slot {
        private Optional<SharedMachine> machine = Optional.empty();

        synchronized Machine replace(Opening<Machine> opening) throws IOException, InterruptedException {
            drop();
            var opened = new SharedMachine(opening.open());
            machine = Optional.of(opened);
            return opened;
        }

        synchronized Optional<Machine> find(boolean alive, Opening<Optional<Machine>> opening)
                throws IOException, InterruptedException {
            if (!alive || machine.filter(SharedMachine::usable).isEmpty()) {
                drop();
                machine = opening.open().map(SharedMachine::new);
            }
            return machine.map(found -> found);
        }

        synchronized void drop() {
            machine.ifPresent(SharedMachine::disconnect);
            machine = Optional.empty();
        }
    }
}
