package io.drover.worker.hypervisor;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.replication.MemoryDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a {@link FakeVm} is connected with. Its memory moves at once, and as far as QEMU's would. */
final class FakeProcess {
    private static final int DISK_BYTES = 1 << 20;

    private final VmId vm;
    private final Map<DiskId, MemoryDisk> disks = new TreeMap<>();
    private final Set<MigrationId> arrivals = new HashSet<>();
    private VmStatus status;
    private Phase phase = Phase.NONE;
    private boolean alive = true;
    private boolean listens;

    @Nullable
    Runnable deaf;

    private @Nullable FakeProcess destination;
    VmUsage usage = new VmUsage(Duration.ZERO, 0, OptionalDouble.empty(), Map.of());

    FakeProcess(VmId vm, List<DiskDefinition> definitions, VmStatus begins) {
        this.vm = vm;
        this.status = begins;
        definitions.forEach(disk -> disks.put(disk.id(), new MemoryDisk(DISK_BYTES)));
    }

    VmId vm() {
        return vm;
    }

    boolean alive() {
        return alive;
    }

    void die() {
        alive = false;
    }

    /** Every command goes through here first. */
    FakeProcess command() throws VmGoneException {
        if (!alive) {
            throw new VmGoneException(vm);
        }
        return this;
    }

    VmStatus status() {
        return status;
    }

    Phase phase() {
        return phase;
    }

    Map<DiskId, MemoryDisk> disks() {
        return disks;
    }

    MemoryDisk disk(DiskId id) {
        MemoryDisk disk = disks.get(id);
        if (disk == null) {
            throw new IllegalArgumentException("VM " + vm + " has no disk " + id);
        }
        return disk;
    }

    /** Migrations whose arrival is tracked. */
    Set<MigrationId> arrivals() {
        return arrivals;
    }

    void powerOff() {
        if (deaf == null) {
            status = VmStatus.SHUT_DOWN;
        } else {
            deaf.run();
        }
    }

    void resume() {
        switch (status) {
            case RUNNING, SUSPENDED -> {}
            case PAUSED, POST_MIGRATE -> status = VmStatus.RUNNING;
            case INCOMING, FINISHING_MIGRATION, SHUT_DOWN, IO_ERROR, CRASHED ->
                throw new IllegalStateException("VM " + vm + " is " + status + " and must not be resumed");
        }
    }

    // --- memory ------------------------------------------------------------------------------------------------------

    void listen() {
        listens = true;
    }

    /** Somebody carries memory from here to there. */
    void carryTo(FakeProcess there) {
        destination = there;
    }

    void sendMemory() throws IOException {
        if (phase == Phase.PRE_SWITCHOVER) {
            return;
        }
        FakeProcess there = destination;
        if (there == null || !there.listens || there.status != VmStatus.INCOMING) {
            throw new IOException("nobody takes the memory of VM " + vm);
        }
        there.phase = Phase.ACTIVE;
        phase = Phase.PRE_SWITCHOVER;
        status = VmStatus.FINISHING_MIGRATION;
    }

    void continueSwitchover() {
        FakeProcess there = destination;
        if (phase == Phase.PRE_SWITCHOVER && there != null) {
            phase = Phase.COMPLETED;
            status = VmStatus.POST_MIGRATE;
            there.phase = Phase.COMPLETED;
            there.status = VmStatus.PAUSED;
        }
    }

    void cancelMemory() {
        FakeProcess there = destination;
        if (phase == Phase.PRE_SWITCHOVER && there != null) {
            phase = Phase.CANCELLED;
            status = VmStatus.RUNNING;
            there.phase = Phase.FAILED;
        }
    }
}
