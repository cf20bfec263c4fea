package io.drover.worker.sim.host;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimFleet.Carrier;
import io.drover.worker.sim.control.SimNetwork;
import io.drover.worker.sim.control.SimWorld;
import java.io.IOException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One QEMU process. It outlives its worker, and it resumes the guest by itself when an outgoing transfer fails or is
 * cancelled after the guest was stopped (qemu-experiments A1).
 */
public final class SimProcess {
    private final SimWorld world;
    private final SimNetwork network;
    private final SimFaults faults;
    private final SimHost host;
    private final SimGuest guest;
    private final VmDefinition definition;
    private final Map<DiskId, SimImage> images = new TreeMap<>();
    /** Disks that are read on demand, by the socket they are asked for at. */
    private final Map<DiskId, String> onDemand = new TreeMap<>();

    final Map<MigrationId, Map<DiskId, Account>> accounts = new HashMap<>();
    /** Said of the VM to whoever asks what in it is not Drover's. */
    public List<String> foreignParts = List.of();

    final Map<MigrationId, Map<DiskId, Account>> arrivals = new HashMap<>();
    private VmStatus status;
    private boolean alive = true;
    /** What the guest was when the switchover stopped it: QEMU tells the destination. */
    private VmStatus beforeStop = VmStatus.RUNNING;

    /** Whether it lets its guest run when it is told to. */
    public boolean resumes = true;

    /** Whether the guest hears the power button. */
    public boolean listens = true;

    private int starts;
    private int transfer;
    private Phase phase = Phase.NONE;
    private @Nullable SimProcess other;
    private BooleanSupplier carried = () -> false;
    long memory;

    public SimProcess(SimFleet fleet, SimHost host, SimGuest guest, VmDefinition definition) {
        this.world = fleet.world();
        this.network = fleet.network();
        this.faults = fleet.faults();
        this.host = host;
        this.guest = guest;
        this.definition = definition;
        this.status = VmStatus.INCOMING;
        for (DiskDefinition disk : definition.disks()) {
            SimImage image = host.images.get(disk.image());
            if (image == null) {
                throw new IllegalStateException("no image " + disk.image());
            }
            images.put(disk.id(), image);
        }
    }

    /** A bitmap in use and, while a round is open, a frozen one. */
    static final class Account {
        BitSet dirty = new BitSet();

        @Nullable
        BitSet frozen;

        int rounds;
    }

    public SimHost host() {
        return host;
    }

    public VmDefinition definition() {
        return definition;
    }

    boolean alive() {
        return alive;
    }

    public boolean running() {
        return alive && status == VmStatus.RUNNING;
    }

    public VmStatus status() {
        return status;
    }

    Phase phase() {
        return phase;
    }

    /** Changes with every start of the guest. */
    int starts() {
        return starts;
    }

    SimImage image(DiskId disk) {
        SimImage image = images.get(disk);
        if (image == null) {
            throw new IllegalStateException("no disk " + disk);
        }
        return image;
    }

    boolean holds(SimImage image) {
        return images.containsValue(image);
    }

    /** Whether the process itself has it open for writing. */
    boolean opens(SimImage image) {
        return images.entrySet().stream()
                .anyMatch(disk -> disk.getValue() == image && !onDemand.containsKey(disk.getKey()));
    }

    boolean imagesLocked() {
        return images.values().stream().anyMatch(image -> opens(image) && image.locked());
    }

    // --- disks that are read on demand -----------------------------------------------------------------------------

    /** Who answers for blocks at a socket. */
    interface OnDemand {
        boolean answers();

        boolean present(int block);

        /** The guest waits for it. */
        void want(int block);

        void guestWrites(int block, long value);

        /** False when it failed. */
        boolean guestFlushes();
    }

    String socket(DiskId disk) {
        return host + "/" + definition.id() + "/" + disk;
    }

    void readOnDemand(DiskId disk) {
        onDemand.put(disk, socket(disk));
    }

    void readFromImage(DiskId disk) throws IOException {
        if (onDemand.containsKey(disk)) {
            if (image(disk).locked()) {
                throw new IOException("failed to get the write lock");
            }
            onDemand.remove(disk);
        }
    }

    private Optional<OnDemand> server(DiskId disk) {
        return Optional.ofNullable(host.servers.get(socket(disk))).filter(OnDemand::answers);
    }

    /** Whether the guest can read a block now. */
    boolean present(DiskId disk, int block) {
        return !onDemand.containsKey(disk)
                || server(disk).filter(server -> server.present(block)).isPresent();
    }

    /** The guest waits for a block; when nobody answers it is stopped in the end. */
    void want(DiskId disk, int block) {
        Optional<OnDemand> server = server(disk);
        if (server.isPresent()) {
            server.get().want(block);
        } else if (world.chance(0.1)) {
            status = VmStatus.IO_ERROR;
            world.count("stopped for want of a block");
            world.note("%s: guest %s is stopped for want of a block".formatted(host, definition.name()));
        }
    }

    boolean resumeAfterDiskError() {
        boolean stopped = status == VmStatus.IO_ERROR;
        if (stopped) {
            letRun("goes on after an error of a disk");
        }
        return stopped;
    }

    public void die() {
        boolean was = alive;
        alive = false;
        host.processes.remove(definition.id(), this);
        if (was) {
            world.note("%s: process of %s ends, was %s".formatted(host, definition.name(), status));
        }
    }

    public void startCold() {
        memory = guest.written();
        letRun("started cold");
    }

    void letRun(String why) {
        status = VmStatus.RUNNING;
        starts++;
        world.note("%s: guest %s runs (%s)".formatted(host, definition.name(), why));
        world.moment(why.equals("resumed"));
        guest.begins(this);
    }

    /** Somebody, or something, stops the guest. */
    public void stand(VmStatus how) {
        if (running()) {
            status = how;
            world.note("%s: guest %s is %s".formatted(host, definition.name(), how));
        }
    }

    public void powerOff() {
        if (running() && listens) {
            guest.flush(this);
            status = VmStatus.SHUT_DOWN;
            world.note("%s: guest %s powered off".formatted(host, definition.name()));
        }
    }

    /** False when it does not get there now: the guest waits and tries again. */
    boolean guestWrites(DiskId disk, int block, long value) {
        if (onDemand.containsKey(disk)) {
            Optional<OnDemand> server = server(disk);
            if (server.isEmpty()) {
                return false;
            }
            server.get().guestWrites(block, value);
        } else if (host.imagesFull && image(disk).block(block) == 0 && value != 0) {
            return false;
        } else {
            image(disk).write(block, value);
        }
        accounts.values().forEach(account -> mark(account, disk, block));
        arrivals.values().forEach(account -> mark(account, disk, block));
        return true;
    }

    /** False when it was not done. */
    boolean guestFlushes(DiskId disk) {
        if (onDemand.containsKey(disk)) {
            return server(disk).filter(OnDemand::guestFlushes).isPresent();
        }
        if (!host.lies) {
            image(disk).sync();
        }
        return true;
    }

    private static void mark(Map<DiskId, Account> accounts, DiskId disk, int block) {
        Account account = accounts.get(disk);
        if (account != null) {
            account.dirty.set(block);
        }
    }

    // --- memory, as the source -------------------------------------------------------------------------------------

    void sendMemory(Carrier carrier) {
        if (phase == Phase.ACTIVE || phase == Phase.PRE_SWITCHOVER) {
            return;
        }
        transfer++;
        other = carrier.there();
        carried = carrier.lives();
        phase = Phase.ACTIVE;
        int mine = transfer;
        world.later(world.millis(200, 3000), () -> stopForSwitchover(mine));
    }

    private void stopForSwitchover(int mine) {
        if (!current(mine, Phase.ACTIVE)) {
            return;
        }
        SimProcess there = other;
        if (there == null || !connected(there) || !there.accepts()) {
            fail("the connection to the destination broke");
            return;
        }
        there.phase = Phase.ACTIVE;
        phase = Phase.PRE_SWITCHOVER;
        beforeStop = status;
        status = VmStatus.FINISHING_MIGRATION;
        // As QEMU does whenever it stops a guest.
        guest.flush(this);
        world.note("%s: %s is in pre-switchover".formatted(host, definition.name()));
        world.moment(false);
    }

    void continueSwitchover() {
        if (phase == Phase.PRE_SWITCHOVER) {
            phase = Phase.ACTIVE;
            int mine = transfer;
            world.later(world.millis(5, 80), () -> arrive(mine));
        }
    }

    private void arrive(int mine) {
        if (!current(mine, Phase.ACTIVE)) {
            return;
        }
        SimProcess there = other;
        if (there == null || !connected(there) || !there.loads() || world.chance(faults.transferFails())) {
            fail("the last memory did not arrive");
            return;
        }
        there.memory = memory;
        there.phase = Phase.COMPLETED;
        there.status = beforeStop == VmStatus.RUNNING ? VmStatus.PAUSED : beforeStop;
        world.note("%s: %s has all its memory".formatted(there.host, definition.name()));
        world.moment(true);
        world.later(world.chance(0.8) ? world.millis(1, 60) : world.millis(1, 600), () -> confirm(mine));
    }

    private void confirm(int mine) {
        if (!current(mine, Phase.ACTIVE)) {
            return;
        }
        SimProcess there = other;
        if (there == null || !connected(there) || !there.alive || world.chance(faults.transferFails())) {
            fail("the destination did not confirm");
            return;
        }
        phase = Phase.COMPLETED;
        status = VmStatus.POST_MIGRATE;
        world.note("%s: %s is in postmigrate".formatted(host, definition.name()));
        world.moment(true);
    }

    void cancelMemory() {
        if (phase == Phase.ACTIVE || phase == Phase.PRE_SWITCHOVER) {
            if (status == VmStatus.FINISHING_MIGRATION && phase == Phase.ACTIVE && world.chance(0.3)) {
                // Too late for QEMU: it completes or fails by itself.
                return;
            }
            end(Phase.CANCELLED, "cancelled");
        }
    }

    /** A broken connection ends what is under way, sooner or later. */
    public void connectionBroke() {
        int mine = transfer;
        world.later(world.millis(0, 500), () -> {
            boolean broken = other != null && !connected(other);
            if (broken && alive && mine == transfer && (phase == Phase.ACTIVE || phase == Phase.PRE_SWITCHOVER)) {
                fail("connection reset");
            }
        });
    }

    private void fail(String why) {
        end(Phase.FAILED, why);
    }

    private void end(Phase how, String why) {
        phase = how;
        transfer++;
        SimProcess there = other;
        other = null;
        if (status == VmStatus.FINISHING_MIGRATION) {
            if (beforeStop == VmStatus.RUNNING) {
                letRun("by itself: " + why);
            } else {
                status = VmStatus.POST_MIGRATE;
            }
        }
        if (there != null && there.alive && there.status == VmStatus.INCOMING) {
            there.loseSource();
        }
    }

    private boolean current(int mine, Phase expected) {
        return alive && mine == transfer && phase == expected;
    }

    private boolean connected(SimProcess there) {
        return network.linked(host.id(), there.host.id()) && carried.getAsBoolean();
    }

    // --- memory, as the destination --------------------------------------------------------------------------------

    private boolean accepts() {
        return alive && status == VmStatus.INCOMING && phase == Phase.NONE;
    }

    private boolean loads() {
        return alive && status == VmStatus.INCOMING && phase == Phase.ACTIVE;
    }

    private void loseSource() {
        phase = Phase.FAILED;
        if (world.chance(0.5)) {
            die();
        }
    }
}
