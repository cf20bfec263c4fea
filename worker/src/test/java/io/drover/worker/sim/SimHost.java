package io.drover.worker.sim;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.migration.destination.DestinationRecords.Kept;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import io.drover.worker.peer.DestinationDirectory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A host: what its disks keep, the processes of its machines, and the life of its worker. */
public final class SimHost {
    private final HostId id;
    final Map<String, SimImage> images = new TreeMap<>();
    final Map<VmId, Marked> marks = new TreeMap<>();
    final Map<MigrationId, Kept> records = new TreeMap<>();
    final Map<VmId, SimProcess> processes = new TreeMap<>();
    final Map<String, SimBlockMap> maps = new TreeMap<>();
    /** Who listens at a unix socket for a machine's disk. */
    final Map<String, SimProcess.OnDemand> servers = new TreeMap<>();
    /** What the host is fit for; a test may make it less. */
    HypervisorFacts facts = new HypervisorFacts("QEMU 7.2.22", "tcg", Set.of("pc-q35-7.2"), Set.of("qemu64"));

    long memoryBytes = 1L << 30;
    long imagesFreeBytes = 1L << 30;
    /** What its state folder takes. */
    StateFolder stateFolder = StateFolder.ROOM;

    /** Whose marks have their room. */
    final Set<VmId> reserved = new TreeSet<>();

    /** No block that was not there before finds room in the images' folder. */
    boolean imagesFull;
    /** Its disks say that they have flushed, and have not. */
    boolean lies;

    private int boots;

    private boolean powered = true;
    private boolean workerUp;
    private int lives;
    private @Nullable DestinationDirectory directory;

    SimHost(HostId id) {
        this.id = id;
    }

    /** How a state folder may be. */
    enum StateFolder {
        ROOM,
        /** Nothing new goes in; what has its room is written. */
        FULL,
        /** Nothing is written at all. */
        BROKEN
    }

    record Marked(long highestEpoch, Mark mark) {}

    public HostId id() {
        return id;
    }

    public boolean powered() {
        return powered;
    }

    public boolean workerUp() {
        return workerUp;
    }

    int boots() {
        return boots;
    }

    int lives() {
        return lives;
    }

    /** True while this life of the worker lasts. */
    BooleanSupplier thisLife() {
        int life = lives;
        return () -> workerUp && lives == life;
    }

    /** Where a machine's memory leaves or arrives. */
    String memorySocket(VmId vm) {
        return id + "/" + vm;
    }

    void startWorker() {
        lives++;
        workerUp = true;
    }

    void serve(DestinationDirectory serving) {
        directory = serving;
    }

    DestinationDirectory directory() {
        if (directory == null) {
            throw new IllegalStateException("no worker has run on " + id);
        }
        return directory;
    }

    /** The worker dies; its machines live on. */
    void killWorker() {
        workerUp = false;
        images.values().forEach(SimImage::unlock);
    }

    /** Everything that is not on disk is gone. */
    void cutPower(SimWorld world) {
        killWorker();
        powered = false;
        boots++;
        List.copyOf(processes.values()).forEach(SimProcess::die);
        images.values().forEach(image -> image.losePower(world));
    }

    void powerUp() {
        powered = true;
    }

    @Override
    public String toString() {
        return id.value();
    }
}
