package io.drover.worker.hypervisor;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * One live machine. Every call has a deadline and fails with {@link IOException}; a machine whose process died fails
 * with {@link MachineGoneException}. Every call may be repeated.
 */
public interface Machine extends AutoCloseable {
    VmId vm();

    MachineStatus status() throws IOException, InterruptedException;

    // --- destination -----------------------------------------------------------------------------------------------

    /** Begins to listen for memory at {@link #memorySocket}; harmless when it does. */
    void acceptMemory() throws IOException, InterruptedException;

    /** Exports a disk writable for the source's native mirror; returns what the source must be told. Before acceptMemory. */
    String acceptMirror(DiskId disk, String address, HostId source) throws IOException, InterruptedException;

    /** The unix socket at which {@link #readOnDemand} looks for this disk; a short path only the host's owner reaches. */
    String onDemandSocket(DiskId disk);

    /**
     * Points the disk at an NBD server that listens at {@link #onDemandSocket}, with the disk's id for the export's name.
     * A server that goes away is looked for again; when it stays away for seconds the guest is stopped.
     */
    void readOnDemand(DiskId disk) throws IOException, InterruptedException;

    /** Points the disk at its image again, under the running guest too; harmless when it is. */
    void readFromImage(DiskId disk) throws IOException, InterruptedException;

    /** Lets a guest go on that an error of a disk has stopped; false when that was not so. It may stop again at once. */
    boolean resumeAfterDiskError() throws IOException, InterruptedException;

    /** Begins to note the guest's writes on every disk, before the machine first runs. */
    void trackArrivalWrites(MigrationId migration) throws IOException, InterruptedException;

    /** The disks' accounts begun by {@link #trackArrivalWrites}. */
    Map<DiskId, DiskChanges> arrivalWrites(MigrationId migration) throws IOException, InterruptedException;

    /** A disk of an image that only the machine itself can read while it runs; until {@link #forgetArrivalWrites}. */
    BlockSource arrivalContent(MigrationId migration, DiskId disk) throws IOException, InterruptedException;

    /** Ends {@link #trackArrivalWrites}; harmless when there is none. */
    void forgetArrivalWrites(MigrationId migration) throws IOException, InterruptedException;

    // --- source ----------------------------------------------------------------------------------------------------

    /**
     * What stands in the machine that Drover has not put there and that a move would lose, or lose the guest's writes with: an
     * overlay or a filter on a disk, a job, an export, a device; also what was taken out. A sentence each, empty when there is
     * none.
     */
    List<String> foreignParts(MigrationId migration, Parts parts) throws IOException, InterruptedException;

    /**
     * Begins the account of every disk and exports them all for reading; found again when it was done before (by this or
     * an earlier worker), with the account whole.
     */
    Map<DiskId, SourceDisk> openDisks(MigrationId migration) throws IOException, InterruptedException;

    /** Ends exports, accounts and mirrors of this migration; harmless when there are none. */
    void closeDisks(MigrationId migration) throws IOException, InterruptedException;

    /** Prepares the native mirror of a disk to what {@link #acceptMirror} of the destination returned. */
    NativeMirror nativeMirror(MigrationId migration, DiskId disk, String target, long bytesPerSecondMax)
            throws IOException, InterruptedException;

    /** Prepares a mirror of the guest's writes to a disk into its target. Nothing is asked of the machine before it starts. */
    WriteMirror writeMirror(MigrationId migration, DiskId disk, MirroredTarget target);

    /**
     * Sends memory while the guest runs, up to {@link MemoryTransfer.Phase#PRE_SWITCHOVER}, to whoever listens at {@link
     * #memorySocket}; as fast as that takes it.
     */
    void sendMemory(MemoryLimits limits) throws IOException, InterruptedException;

    void limitMemory(MemoryLimits limits) throws IOException, InterruptedException;

    MemoryTransfer memory() throws IOException, InterruptedException;

    /** Goes on from {@link MemoryTransfer.Phase#PRE_SWITCHOVER}. */
    void continueSwitchover() throws IOException, InterruptedException;

    /** Gives an outgoing transfer up; QEMU resumes the guest by itself where it had stopped it. */
    void cancelMemory() throws IOException, InterruptedException;

    // --- either ----------------------------------------------------------------------------------------------------

    /**
     * The unix socket that memory leaves or reaches this machine by: a source connects to it, a destination listens at it.
     * A short path only the host's owner reaches.
     */
    String memorySocket();

    /**
     * Lets the guest run. Refused ({@link IllegalStateException}) unless the status is {@code PAUSED} with a completed
     * incoming transfer, or {@code PAUSED} or {@code POST_MIGRATE} at a source; harmless when it runs. ({@code cont} sent
     * while incoming is accepted by QEMU and starts the guest by itself.)
     */
    void resume() throws IOException, InterruptedException;

    /** Asks the guest to power off (ACPI); does not wait. */
    void powerDown() throws IOException, InterruptedException;

    /** Ends the process and waits until it is gone. Never undone. */
    void quit() throws IOException, InterruptedException;

    /** The guest's disk requests since the process started, all disks together. */
    GuestIo guestIo() throws IOException, InterruptedException;

    /** What the machine has used since its process started. */
    MachineUsage usage() throws IOException, InterruptedException;

    /** Drops the connection; the machine lives on. */
    @Override
    void close();

    /** Which parts of a machine are looked at. */
    enum Parts {
        /** Takes some milliseconds. */
        ALL,
        /** What lies between the guest and its images and what works on it; half of the time, for the pause. */
        DISKS
    }

    /**
     * What a memory transfer may take.
     *
     * @param downtimeMillis the pause allowed for the memory's rest
     * @param deltas whether pages that are sent again go as differences (XBZRLE); counts from the beginning of a transfer
     * @param throttlePercentMax how much of its processors the guest may be denied for its memory to converge; 0: nothing
     */
    record MemoryLimits(int downtimeMillis, boolean deltas, int throttlePercentMax) {
        public MemoryLimits {
            if (throttlePercentMax < 0 || throttlePercentMax > 99) {
                throw new IllegalArgumentException("memory: a throttle of " + throttlePercentMax + " %");
            }
        }

        /** Neither differences nor a throttle. */
        public MemoryLimits(int downtimeMillis) {
            this(downtimeMillis, false, 0);
        }
    }

    record SourceDisk(BlockSource source, DiskChanges changes) {}
}
