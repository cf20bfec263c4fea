package io.drover.worker.migration;

import io.drover.messages.VmId;
import io.drover.messages.time.Clock;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.VmRecord;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.Machine;
import io.drover.worker.hypervisor.MachineGoneException;
import io.drover.worker.hypervisor.MachineStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the machines this host owns to the wanted power. It leaves a machine alone while it is in a migration, and starts
 * one only if the database says that this host owns it and no mark knows better.
 */
public final class VmPower {
    private static final Logger LOG = LoggerFactory.getLogger(VmPower.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);

    private final WorkerStore store;
    private final Hypervisor hypervisor;
    private final OwnershipMarks marks;
    private final VmTurns turns;
    private final Clock clock;
    private final PowerTries tries;
    private final Set<VmId> asked = ConcurrentHashMap.newKeySet();
    /** Why machines are left alone; said once. */
    private final Map<VmId, String> stranded = new ConcurrentHashMap<>();

    public VmPower(WorkerStore store, Hypervisor hypervisor, OwnershipMarks marks, VmTurns turns, Clock clock) {
        this.store = store;
        this.hypervisor = hypervisor;
        this.marks = marks;
        this.turns = turns;
        this.clock = clock;
        this.tries = new PowerTries(clock);
    }

    /**
     * An operator asked for this machine: at the next {@link #look} a guest that had powered itself off is started again.
     * Without this it stays off, as its owner wanted.
     */
    public void asked(VmId vm) {
        asked.add(vm);
        tries.forget(vm);
    }

    /** One look at all owned machines. */
    public void look() throws InterruptedException {
        try {
            for (VmRecord vm : store.ownedVms()) {
                if (tries.due(vm)) {
                    look(vm);
                }
            }
        } catch (StoreUnavailableException e) {
            LOG.warn("power of machines: {}", e.getMessage());
        }
    }

    private void look(VmRecord seen) throws InterruptedException {
        VmId id = seen.definition().id();
        if (!turns.tryTake(id)) {
            return;
        }
        try {
            // Read again now that nobody else in this worker can give it away, and in this order: the row first. A
            // migration found open afterwards, in whatever state, knows better.
            Optional<VmRecord> vm = store.vm(id).filter(row -> row.owner().equals(store.host()));
            if (vm.isPresent() && !inMigration(id)) {
                bring(vm.get());
            }
            tries.forget(id);
        } catch (StoreUnavailableException e) {
            LOG.warn("machine {}: {}", id, e.getMessage());
        } catch (IOException e) {
            tries.failed(seen, String.valueOf(e.getMessage()));
        } finally {
            turns.release(id);
        }
    }

    private boolean inMigration(VmId id) {
        return store.openMigrations().stream()
                .anyMatch(open -> open.definition().id().equals(id));
    }

    private void bring(VmRecord vm) throws IOException, InterruptedException {
        Optional<String> lost = LostCommit.proof(marks, vm.definition().id(), vm.epoch(), null);
        if (lost.isPresent()) {
            leaveAlone(vm, lost.get());
            return;
        }
        stranded.remove(vm.definition().id());
        Optional<Machine> machine = hypervisor.find(vm.definition().id());
        if (machine.isEmpty()) {
            bringDead(vm);
            return;
        }
        try (Machine open = machine.get()) {
            if (vm.wantedPower() == Power.STOPPED) {
                stop(vm, open);
            } else {
                bringAlive(vm, open);
            }
        } catch (MachineGoneException e) {
            LOG.info("machine {} ended while it was looked at", vm.definition().name());
        }
    }

    /** Neither started nor stopped: what stands here may be the spare of a guest that runs elsewhere. */
    private void leaveAlone(VmRecord vm, String evidence) {
        if (!evidence.equals(stranded.put(vm.definition().id(), evidence))) {
            LOG.error("machine {} is left as it is: {}", vm.definition().name(), evidence);
        }
        record(vm, Power.STRANDED);
    }

    private void bringDead(VmRecord vm) throws IOException, InterruptedException {
        if (vm.wantedPower() == Power.STOPPED) {
            record(vm, Power.STOPPED);
            return;
        }
        try (Machine started = hypervisor.start(vm.definition())) {
            LOG.info("machine {} started", started.vm());
        }
        record(vm, Power.RUNNING);
    }

    private void bringAlive(VmRecord vm, Machine machine) throws IOException, InterruptedException {
        MachineStatus status = machine.status();
        boolean wantedAgain = asked.remove(vm.definition().id());
        if (status == MachineStatus.POST_MIGRATE || status == MachineStatus.FINISHING_MIGRATION) {
            // Left by a migration that the database does not know any more, before it could give the machine away.
            SourceGuest.letRun(machine, clock);
        }
        if (status == MachineStatus.SHUT_DOWN && wantedAgain) {
            machine.quit();
            bringDead(vm);
        } else {
            record(vm, status == MachineStatus.SHUT_DOWN ? Power.STOPPED : Power.RUNNING);
        }
    }

    private void stop(VmRecord vm, Machine machine) throws IOException, InterruptedException {
        machine.powerDown();
        Duration end = clock.elapsed().plus(STOP_LIMIT);
        while (machine.status() != MachineStatus.SHUT_DOWN && clock.elapsed().compareTo(end) < 0) {
            clock.sleep(POLL);
        }
        // A guest that does not listen is switched off: that is what was asked for.
        machine.quit();
        record(vm, Power.STOPPED);
    }

    private void record(VmRecord vm, Power seen) {
        if (vm.power() != seen) {
            store.recordPower(vm.definition().id(), vm.epoch(), seen);
        }
    }
}
