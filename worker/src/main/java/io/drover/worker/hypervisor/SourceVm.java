package io.drover.worker.hypervisor;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.NativeMirror;
import io.drover.worker.replication.WriteMirror;
import io.drover.worker.replication.mirror.MirroredTarget;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** A virtual machine that a migration moves away from this host. */
public interface SourceVm extends VmInstance {
    /**
     * What stands in the VM that Drover has not put there and that a move would lose, or lose the guest's writes with: an
     * overlay or a filter on a disk, a job, an export, a device; also what was taken out. A sentence each, empty when there is
     * none.
     */
    List<String> foreignParts(MigrationId migration, Parts parts) throws IOException, InterruptedException;

    /**
     * Begins dirty tracking on every disk and exports them all for reading; found again when it was done before (by this
     * or an earlier worker), with every bit that was set.
     */
    Map<DiskId, SourceDisk> openDisks(MigrationId migration) throws IOException, InterruptedException;

    /** Ends exports, dirty tracking and mirrors of this migration; harmless when there are none. */
    void closeDisks(MigrationId migration) throws IOException, InterruptedException;

    /** Prepares the native mirror of a disk to what {@link IncomingVm#acceptMirror} of the destination returned. */
    NativeMirror nativeMirror(MigrationId migration, DiskId disk, String target, long bytesPerSecondMax)
            throws IOException, InterruptedException;

    /** Prepares a mirror of the guest's writes to a disk into its target. Nothing is asked of the VM before it starts. */
    WriteMirror writeMirror(MigrationId migration, DiskId disk, MirroredTarget target);

    /**
     * Sends memory while the guest runs, up to {@link MemoryTransfer.Phase#PRE_SWITCHOVER}, to whoever listens at {@link
     * #memorySocket}; as fast as that takes it.
     */
    void sendMemory(MemoryLimits limits) throws IOException, InterruptedException;

    void limitMemory(MemoryLimits limits) throws IOException, InterruptedException;

    /** Goes on from {@link MemoryTransfer.Phase#PRE_SWITCHOVER}. */
    void continueSwitchover() throws IOException, InterruptedException;

    /** Gives an outgoing transfer up; QEMU resumes the guest by itself where it had stopped it. */
    void cancelMemory() throws IOException, InterruptedException;

    /** The guest's disk requests since the process started, all disks together. */
    GuestIo guestIo() throws IOException, InterruptedException;

    /** Which parts of a VM are looked at. */
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
