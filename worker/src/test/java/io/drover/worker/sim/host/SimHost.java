package io.drover.worker.sim.host;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.migration.destination.DestinationRecords.Kept;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.sim.control.SimWorld;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A host: what its disks keep, the processes of its VMs, and the life of its worker. */
public final class SimHost {
    private final HostId id;
    public final Map<String, SimImage> images = new TreeMap<>();
    public final Map<VmId, Marked> marks = new TreeMap<>();
    public final Map<MigrationId, Kept> records = new TreeMap<>();
    public final Map<VmId, SimProcess> processes = new TreeMap<>();
    public final Map<String, SimBlockMap> maps = new TreeMap<>();
    /** Who listens at a unix socket for a VM's disk. */
    final Map<String, SimProcess.OnDemand> servers = new TreeMap<>();
    /** What the host is fit for; a test may make it less. */
    public HypervisorFacts facts = new HypervisorFacts("QEMU 7.2.22", "tcg", Set.of("pc-q35-7.2"), Set.of("qemu64"));

    /** What VMs need of the host and it does not offer; null: it offers all. */
    public @Nullable String notOffered;

    public long memoryBytes = 1L << 30;
    public long imagesFreeBytes = 1L << 30;
    /** What its state folder takes. */
    public StateFolder stateFolder = StateFolder.ROOM;

    /** Whose marks have their room. */
    public final Set<VmId> reserved = new TreeSet<>();

    /** No block that was not there before finds room in the images' folder. */
    public boolean imagesFull;
    /** Why nothing can be renamed in the images folder; null: it can. */
    public @Nullable String imagesClosed;
    /** Its disks say that they have flushed, and have not. */
    public boolean lies;

    private int boots;

    private boolean powered = true;
    private boolean workerUp;
    private int lives;
    private @Nullable DestinationDirectory directory;

    public SimHost(HostId id) {
        this.id = id;
    }

    /** How a state folder may be. */
    public enum StateFolder {
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
    public BooleanSupplier thisLife() {
        int life = lives;
        return () -> workerUp && lives == life;
    }

    /** Where a VM's memory leaves or arrives. */
    public String memorySocket(VmId vm) {
        return id + "/" + vm;
    }

    public void startWorker() {
        lives++;
        workerUp = true;
    }

    public void serve(DestinationDirectory serving) {
        directory = serving;
    }

    public DestinationDirectory directory() {
        if (directory == null) {
            throw new IllegalStateException("no worker has run on " + id);
        }
        return directory;
    }

    /** The worker dies; its VMs live on. */
    public void killWorker() {
        workerUp = false;
        images.values().forEach(SimImage::unlock);
    }

    /** Everything that is not on disk is gone. */
    public void cutPower(SimWorld world) {
        killWorker();
        powered = false;
        boots++;
        List.copyOf(processes.values()).forEach(SimProcess::die);
        images.values().forEach(image -> image.losePower(world));
    }

    public void powerUp() {
        powered = true;
    }

    @Override
    public String toString() {
        return id.value();
    }
}
