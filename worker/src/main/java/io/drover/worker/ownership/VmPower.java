package io.drover.worker.ownership;

import io.drover.messages.VmId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.text.SaidOnce;
import io.drover.messages.time.Clock;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.Trouble;
import io.drover.schema.record.VmRecord;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.VmStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the VMs this host owns to the wanted power. It leaves a VM alone while it is in a migration, and
 * starts one only if the database says that this host owns it and no mark knows better.
 */
public final class VmPower {
    private static final Logger LOG = LoggerFactory.getLogger(VmPower.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final WorkerStore store;
    private final Hypervisor hypervisor;
    private final OwnershipMarks marks;
    private final VmLocks turns;
    private final Clock clock;
    private final PowerTries tries;
    private final Executor executor;
    /** Guests that were asked to power off, and until when they may take to it, on the clock's {@code elapsed}. */
    private final Map<VmId, Duration> stopping = new ConcurrentHashMap<>();

    private final Set<VmId> asked = ConcurrentHashMap.newKeySet();
    private final SaidOnce said = new SaidOnce();
    /** Why VMs are left alone; said once. */
    private final Map<VmId, String> stranded = new ConcurrentHashMap<>();

    /** {@code executor}: one thread a VM, virtual ones in the program; one that hangs holds itself only. */
    public VmPower(
            WorkerStore store,
            Hypervisor hypervisor,
            OwnershipMarks marks,
            VmLocks turns,
            Clock clock,
            Executor executor) {
        this.store = store;
        this.hypervisor = hypervisor;
        this.marks = marks;
        this.turns = turns;
        this.clock = clock;
        this.tries = new PowerTries(clock);
        this.executor = executor;
    }

    /**
     * An operator asked for this VM: at the next {@link #look} a guest that had powered itself off is started
     * again. Without this it stays off, as its owner wanted.
     */
    public void asked(VmId vm) {
        asked.add(vm);
        tries.forget(vm);
    }

    /** Begins a look at every owned VM that nobody is at, each in its own thread. */
    public void look() {
        try {
            for (VmRecord vm : store.ownedVms()) {
                if (tries.due(vm)) {
                    begin(vm);
                }
            }
            said.over(this);
        } catch (StoreUnavailableException e) {
            if (said.isNews(this, FileProblem.told(e))) {
                LOG.warn("power of VMs: {}", FileProblem.told(e));
            }
        }
    }

    private void begin(VmRecord seen) {
        VmId id = seen.definition().id();
        if (!turns.tryTake(id)) {
            return;
        }
        boolean begun = false;
        try {
            executor.execute(() -> look(seen));
            begun = true;
        } finally {
            if (!begun) {
                turns.release(id);
            }
        }
    }

    /** The turn has been taken. */
    private void look(VmRecord seen) {
        VmId id = seen.definition().id();
        try {
            // Read again now that nobody else in this worker can give it away, and in this order: the row first. A
            // migration found open afterwards, in whatever state, knows better.
            Optional<VmRecord> vm = store.vm(id).filter(row -> row.owner().equals(store.host()));
            if (vm.isPresent() && !inMigration(id)) {
                note(vm.get(), bring(vm.get()).orElse(null));
            }
            tries.forget(id);
            said.over(id);
        } catch (StoreUnavailableException e) {
            if (said.isNews(id, FileProblem.told(e))) {
                LOG.warn("VM {}: {}", id, FileProblem.told(e));
            }
        } catch (IOException e) {
            tries.failed(seen, FileProblem.told(e));
            note(seen, FileProblem.told(e));
        } catch (InterruptedException e) {
            // The worker ends.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Top of the thread: a defect with one VM must not keep it from being looked at again.
            LOG.error("VM {}", id, e);
        } finally {
            turns.release(id);
        }
    }

    private boolean inMigration(VmId id) {
        return store.openMigrations().stream()
                .anyMatch(open -> open.definition().id().equals(id));
    }

    /** Why it is left as it is; empty: it is as it is wanted, or on its way there. */
    private Optional<String> bring(VmRecord vm) throws IOException, InterruptedException {
        Optional<String> lost = LostCommit.proof(marks, vm.definition().id(), vm.epoch(), null);
        if (lost.isPresent()) {
            leaveAlone(vm, lost.get());
            return lost;
        }
        stranded.remove(vm.definition().id());
        if (vm.wantedPower() != Power.STOPPED) {
            stopping.remove(vm.definition().id());
        }
        Optional<SourceVm> instance = hypervisor.findSource(vm.definition().id());
        if (instance.isEmpty()) {
            bringDead(vm);
            return Optional.empty();
        }
        try (SourceVm open = instance.get()) {
            if (vm.wantedPower() == Power.STOPPED) {
                stop(vm, open);
            } else {
                bringAlive(vm, open);
            }
        } catch (VmGoneException e) {
            LOG.info("VM {} ended while it was looked at", vm.definition().name());
        }
        return Optional.empty();
    }

    /** For the operator; null: nothing is in the way. Said when the row does not say so already. */
    private void note(VmRecord vm, @Nullable String trouble) {
        Trouble noted = vm.trouble();
        if (Objects.equals(noted == null ? null : noted.reason(), trouble)) {
            return;
        }
        try {
            store.noteTrouble(vm.definition().id(), vm.epoch(), trouble);
        } catch (StoreUnavailableException e) {
            LOG.debug("VM {}: what is in its way is not noted", vm.definition().name(), e);
        }
    }

    /** Neither started nor stopped: what stands here may be the spare of a guest that runs elsewhere. */
    private void leaveAlone(VmRecord vm, String evidence) {
        if (!evidence.equals(stranded.put(vm.definition().id(), evidence))) {
            LOG.error("VM {} is left as it is: {}", vm.definition().name(), evidence);
        }
        record(vm, Power.STRANDED);
    }

    private void bringDead(VmRecord vm) throws IOException, InterruptedException {
        if (vm.wantedPower() == Power.STOPPED) {
            stopping.remove(vm.definition().id());
            record(vm, Power.STOPPED);
            return;
        }
        try (VmInstance started = hypervisor.start(vm.definition())) {
            LOG.info("VM {} started", started.vm());
        }
        record(vm, Power.RUNNING);
    }

    private void bringAlive(VmRecord vm, SourceVm instance) throws IOException, InterruptedException {
        VmStatus status = instance.status();
        boolean wantedAgain = asked.remove(vm.definition().id());
        if (status == VmStatus.POST_MIGRATE || status == VmStatus.FINISHING_MIGRATION) {
            // Left by a migration that the database does not know any more, before it could give the VM away.
            GuestResumption.await(instance, clock);
            status = instance.status();
        }
        boolean ended = status == VmStatus.SHUT_DOWN || status == VmStatus.CRASHED;
        if (ended && wantedAgain) {
            instance.quit();
            bringDead(vm);
        } else {
            record(vm, GuestStates.shown(status));
        }
    }

    /** Asks the guest to power off; later looks see that it did, or switch it off. None of them waits. */
    private void stop(VmRecord vm, SourceVm instance) throws IOException, InterruptedException {
        VmStatus status = instance.status();
        boolean ended = status == VmStatus.SHUT_DOWN || status == VmStatus.CRASHED;
        Duration until = stopping.get(vm.definition().id());
        if (!ended && until == null) {
            instance.powerDown();
            stopping.put(vm.definition().id(), clock.elapsed().plus(STOP_LIMIT));
        } else if (ended || clock.elapsed().compareTo(until) >= 0) {
            // A guest that does not listen is switched off: that is what was asked for.
            instance.quit();
            stopping.remove(vm.definition().id());
            record(vm, Power.STOPPED);
            return;
        }
        record(vm, GuestStates.shown(status));
    }

    private void record(VmRecord vm, Power seen) {
        if (vm.power() != seen) {
            store.recordPower(vm.definition().id(), vm.epoch(), seen);
        }
    }
}
