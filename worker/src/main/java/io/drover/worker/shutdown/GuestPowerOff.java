package io.drover.worker.shutdown;

import io.drover.messages.VmId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.VmRecord;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.VmStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Powers all guests of a host off, group by group in the order that operators gave them, and switches off those that do not
 * listen. It changes nothing of what is wanted of them: they are started again when the host is up. Works without the database,
 * in no particular order then and without a record.
 */
final class GuestPowerOff {
    private static final Logger LOG = LoggerFactory.getLogger(GuestPowerOff.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final WorkerStore store;
    private final Hypervisor hypervisor;
    private final Clock clock;

    GuestPowerOff(WorkerStore store, Hypervisor hypervisor, Clock clock) {
        this.store = store;
        this.hypervisor = hypervisor;
        this.clock = clock;
    }

    /** What the database says of the guests here. */
    private record Known(Map<VmId, VmRecord> owned, Map<VmId, Integer> order) {}

    /** Returns when no guest runs here. A group has its equal part of what is left of the time. */
    void run(Duration patience) throws IOException, InterruptedException {
        Known known = known();
        var groups = new TreeMap<Integer, List<VmId>>();
        for (VmId vm : hypervisor.alive()) {
            groups.computeIfAbsent(known.order.getOrDefault(vm, 0), _ -> new ArrayList<>())
                    .add(vm);
        }
        Duration end = clock.elapsed().plus(patience);
        int left = groups.size();
        for (List<VmId> group : groups.values()) {
            powerOff(group, known, end.minus(clock.elapsed()).dividedBy(left--));
        }
    }

    private Known known() {
        try {
            var owned = new HashMap<VmId, VmRecord>();
            store.ownedVms().forEach(vm -> owned.put(vm.definition().id(), vm));
            return new Known(owned, store.shutdownOrder());
        } catch (StoreUnavailableException e) {
            LOG.warn("VMs are powered off in no particular order: {}", FileProblem.told(e));
            return new Known(Map.of(), Map.of());
        }
    }

    private void powerOff(List<VmId> group, Known known, Duration limit) throws InterruptedException {
        LOG.info("the host goes down: {} VMs are asked to power off", group.size());
        for (VmId vm : group) {
            VmStatus _ = with(vm, instance -> {
                VmStatus status = instance.status();
                if (runs(status)) {
                    instance.powerDown();
                }
                return status;
            });
        }
        boolean _ = new Wait(clock, limit, POLL).until(() -> {
            for (VmId vm : group) {
                if (runs(with(vm, VmInstance::status))) {
                    return false;
                }
            }
            return true;
        });
        for (VmId vm : group) {
            switchOff(vm, Optional.ofNullable(known.owned.get(vm)));
        }
    }

    private void switchOff(VmId vm, Optional<VmRecord> owned) throws InterruptedException {
        VmStatus ended = with(vm, instance -> {
            VmStatus status = instance.status();
            if (runs(status)) {
                LOG.warn("VM {} has not powered off in time and is switched off", vm);
            }
            // What a migration has stopped here may be the spare of a guest that runs elsewhere: its process goes with
            // the host.
            if (runs(status) || isOver(status) || (owned.isPresent() && status == VmStatus.PAUSED)) {
                instance.quit();
                return VmStatus.SHUT_DOWN;
            }
            return status;
        });
        if (ended == VmStatus.SHUT_DOWN) {
            owned.ifPresent(this::record);
        }
    }

    private void record(VmRecord vm) {
        try {
            store.recordPower(vm.definition().id(), vm.epoch(), Power.STOPPED);
        } catch (StoreUnavailableException e) {
            LOG.warn("VM {} is off, which is not recorded: {}", vm.definition().name(), FileProblem.told(e));
        }
    }

    private interface Question {
        VmStatus ask(VmInstance instance) throws IOException, InterruptedException;
    }

    /** One that is gone has shut down. Of one that does not answer nothing is known, and nothing is waited for. */
    private VmStatus with(VmId vm, Question question) throws InterruptedException {
        try {
            Optional<VmInstance> found = hypervisor.find(vm);
            if (found.isEmpty()) {
                return VmStatus.SHUT_DOWN;
            }
            try (VmInstance instance = found.get()) {
                return question.ask(instance);
            }
        } catch (VmGoneException e) {
            return VmStatus.SHUT_DOWN;
        } catch (IOException e) {
            LOG.warn("VM {}: {}", vm, FileProblem.told(e));
            return VmStatus.IO_ERROR;
        }
    }

    private static boolean runs(VmStatus status) {
        return status == VmStatus.RUNNING || status == VmStatus.SUSPENDED;
    }

    private static boolean isOver(VmStatus status) {
        return status == VmStatus.SHUT_DOWN || status == VmStatus.CRASHED || status == VmStatus.IO_ERROR;
    }
}
