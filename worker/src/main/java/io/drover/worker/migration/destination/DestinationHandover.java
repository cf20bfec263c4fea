package io.drover.worker.migration.destination;

import static io.drover.worker.migration.destination.AdmissionCheck.refused;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Wait;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.VmRecord;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.migration.destination.ArrivalChecks.ArrivalCheck;
import io.drover.worker.migration.destination.DestinationRecords.Kept;
import io.drover.worker.ownership.LostCommit;
import io.drover.worker.ownership.OwnershipMarks.Kind;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The destination as owner (docs/architecture.md, Ownership: Run and Give back). Always reads the database first;
 * always writes the mark before the guest may run. The caller has taken the turn.
 */
final class DestinationHandover {
    private static final Logger LOG = LoggerFactory.getLogger(DestinationHandover.class);
    private static final Duration RUNNING_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(5);

    private final MigrationId id;
    private final DestinationPorts ports;
    private final ArrivingImages images;
    private final PulledArrivals pulled;
    /**
     * Several regions are compared at once: two comparisons begun would take each other's account of the guest's
     * writes.
     */
    private final Object checkLock = new Object();

    @GuardedBy("checkLock")
    private @Nullable ArrivalCheck check;

    DestinationHandover(MigrationId id, DestinationPorts ports, ArrivingImages images, PulledArrivals pulled) {
        this.id = id;
        this.ports = ports;
        this.images = images;
        this.pulled = pulled;
    }

    /** Runs the guest, or gives it back when that cannot be; returns when it was seen running and that is recorded. */
    void run(MigrationRecord row, Kept kept) throws IOException, InterruptedException {
        long epoch = row.epoch() + 1;
        refuseUnlessOwner(row, epoch);
        if (kept.idle()) {
            takeOver(row, kept);
            return;
        }
        boolean mayRun = mayRun(row);
        Optional<IncomingVm> found =
                ports.hypervisor().findIncoming(row.definition().id());
        if (found.isEmpty()) {
            runDead(row, epoch, mayRun, kept);
        } else {
            try (IncomingVm vm = found.get()) {
                runAlive(row, vm, mayRun, kept);
            } catch (VmGoneException e) {
                throw new IOException("the VM ended while it was looked at; it is looked at again", e);
            }
        }
        var outcome = ports.store().recordResumed(row.definition().id(), id, epoch, pulled.incomplete(kept));
        if (!outcome.done()) {
            throw new IOException("running, but that was not recorded: " + outcome.refusal());
        }
    }

    /** A VM that is stopped: whoever wants it started finds it here once the migration is over. */
    private void takeOver(MigrationRecord row, Kept kept) throws IOException, InterruptedException {
        if (!mayRun(row)) {
            markOrGiveBack(row, null);
        }
        images.adopt(kept.disks());
        var outcome = ports.store().recordArrived(row.definition().id(), id, row.epoch() + 1);
        if (!outcome.done()) {
            throw new IOException("arrived, but that was not recorded: " + outcome.refusal());
        }
    }

    private void refuseUnlessOwner(MigrationRecord row, long epoch) throws IOException {
        HostId here = ports.store().host();
        VmRecord vm =
                ports.store().vm(row.definition().id()).orElseThrow(() -> new IOException("the VM's row is gone"));
        if (!vm.owner().equals(here) || vm.epoch() != epoch) {
            throw refused(
                    Failure.Kind.REJECTED,
                    "not run: the database says that " + vm.owner() + " owns the VM at epoch " + vm.epoch());
        }
        Optional<String> lost = LostCommit.proof(ports.marks(), row.definition().id(), epoch, id);
        if (lost.isPresent()) {
            throw refused(Failure.Kind.REJECTED, "not run: " + lost.get());
        }
        if (!ports.marks().reserved(row.definition().id())) {
            throw refused(
                    Failure.Kind.REJECTED,
                    "not run and not given back: the marks of " + here
                            + " are lost, and with them whether the guest ran there");
        }
    }

    private boolean mayRun(MigrationRecord row) throws IOException {
        return ports.marks().mark(row.definition().id(), id).map(Mark::kind).equals(Optional.of(Kind.MAY_RUN));
    }

    private void runDead(MigrationRecord row, long epoch, boolean mayRun, Kept kept)
            throws IOException, InterruptedException {
        if (!mayRun) {
            giveBack(row, epoch, "its process on " + ports.store().host() + " ended before the guest ran there");
        }
        if (pulled.incomplete(kept)) {
            LOG.warn("migration {}: its process is gone; the VM is started when all its blocks are here", id);
            images.adopt(kept.disks());
            return;
        }
        startCold(row.definition(), kept);
    }

    /** The guest may have run here, so these disks are the truth. */
    private void startCold(VmDefinition definition, Kept kept) throws IOException, InterruptedException {
        if (!ports.turns().tryTake(definition.id())) {
            throw new IOException("something else is at the VM");
        }
        try {
            refuseUnlessOpen();
            LOG.warn("migration {}: the guest may have run and its process is gone: started cold", id);
            images.adopt(kept.disks());
            pulled.close();
            try (VmInstance vm = ports.hypervisor().start(definition)) {
                awaitRunning(vm);
            }
        } finally {
            ports.turns().release(definition.id());
        }
    }

    /** Read again under the turn: stopped since, the VM may be on its way elsewhere in a later migration. */
    private void refuseUnlessOpen() throws IOException {
        MigrationState state =
                ports.store().migration(id).map(MigrationRecord::state).orElse(MigrationState.STRANDED);
        if (state != MigrationState.RESUMING && state != MigrationState.FINISHING) {
            throw new IOException("not started: the migration is " + state.wireName() + " by now");
        }
    }

    private void runAlive(MigrationRecord row, IncomingVm vm, boolean mayRun, Kept kept)
            throws IOException, InterruptedException {
        VmStatus status = vm.status();
        if (status == VmStatus.PAUSED && vm.memory().phase() == Phase.COMPLETED) {
            if (!mayRun) {
                markOrGiveBack(row, vm);
            }
            images.adopt(kept.disks());
            pulled.attach(vm, kept);
            vm.trackArrivalWrites(id);
            resume(vm);
            if (!pulled.incomplete(kept)) {
                beginCheck(row, vm);
            }
            return;
        }
        if (!mayRun && status != VmStatus.RUNNING) {
            // It can never run what it got. Ended, it is proven dead.
            vm.quit();
            giveBack(row, row.epoch() + 1, "its VM was " + status + " and could not run");
        }
        if (status == VmStatus.PAUSED || status == VmStatus.INCOMING) {
            throw refused(Failure.Kind.REJECTED, "the VM is " + status + " and cannot be resumed");
        }
        // Running, or it ran and the guest stopped by its own doing: either way it arrived.
        if (!mayRun) {
            mark(row);
        }
        images.adopt(kept.disks());
    }

    private void mark(MigrationRecord row) throws IOException {
        ports.marks().record(row.definition().id(), new Mark(Kind.MAY_RUN, id, row.epoch() + 1));
    }

    /** The guest stands still and must not wait for a disk with room: it goes on at the source then. */
    private void markOrGiveBack(MigrationRecord row, @Nullable IncomingVm vm) throws IOException, InterruptedException {
        try {
            mark(row);
        } catch (IOException e) {
            if (vm != null) {
                vm.quit();
            }
            giveBack(row, row.epoch() + 1, ports.store().host() + " cannot write its mark: " + FileProblem.told(e));
        }
    }

    /** Its mark stands, so it can run nowhere else: who asks again and again hears what to tell a person. */
    private void resume(IncomingVm vm) throws IOException, InterruptedException {
        try {
            vm.resume();
            awaitRunning(vm);
        } catch (VmGoneException e) {
            throw e;
        } catch (IOException e) {
            throw refused(Failure.Kind.REJECTED, "the guest may run here and does not: " + FileProblem.told(e));
        }
    }

    private void awaitRunning(VmInstance vm) throws IOException, InterruptedException {
        var wait = new Wait(ports.clock(), RUNNING_LIMIT, POLL);
        if (!wait.until(() -> vm.status().ran())) {
            throw new IOException("the VM is " + vm.status() + ", not running");
        }
    }

    /** Always throws: after it there is nothing here to run. */
    private void giveBack(MigrationRecord row, long epoch, String evidence) throws IOException {
        var outcome = ports.store().giveBack(row.definition().id(), id, epoch, evidence);
        LOG.warn("migration {} given back: {} {}", id, evidence, outcome.refusal());
        throw refused(Failure.Kind.HOST, "given back: " + evidence);
    }

    private void beginCheck(MigrationRecord row, IncomingVm vm) throws InterruptedException {
        try {
            synchronized (checkLock) {
                check = ports.arrivalChecks().begin(vm, id, row.definition());
            }
        } catch (IOException e) {
            // The guest runs; the comparison is asked for later and tries again.
            LOG.warn("migration {}: reading back does not begin: {}", id, FileProblem.told(e));
        }
    }

    /** The comparison under way; begun again when the worker was restarted. */
    ArrivalCheck check(MigrationRecord row) throws IOException, InterruptedException {
        synchronized (checkLock) {
            var running = check;
            if (running == null) {
                running = beginAgain(row);
                check = running;
            }
            return running;
        }
    }

    private ArrivalCheck beginAgain(MigrationRecord row) throws IOException, InterruptedException {
        IncomingVm found = ports.hypervisor()
                .findIncoming(row.definition().id())
                .orElseThrow(() -> refused(Failure.Kind.REJECTED, "the VM that arrived is gone"));
        try (IncomingVm vm = found) {
            if (vm.arrivalWrites(id).isEmpty()) {
                throw refused(Failure.Kind.REJECTED, "the guest's writes were not noted: it was started cold");
            }
            return ports.arrivalChecks().begin(vm, id, row.definition());
        }
    }

    void settle(MigrationRecord row) throws IOException, InterruptedException {
        ArrivalCheck running;
        synchronized (checkLock) {
            running = check;
            check = null;
        }
        if (running != null) {
            running.end();
        }
        try {
            Optional<IncomingVm> found =
                    ports.hypervisor().findIncoming(row.definition().id());
            if (found.isPresent()) {
                try (IncomingVm vm = found.get()) {
                    vm.forgetArrivalWrites(id);
                }
            }
        } catch (VmGoneException e) {
            LOG.debug("what was noted went with the process");
        }
    }
}
