package io.drover.worker.peer;

import io.drover.messages.DiskId;
import io.drover.messages.VmDefinition;
import io.drover.worker.image.BasePart;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a destination does for one migration. The worker implements it once; the source calls it through a {@link
 * PeerSession}. Every call is idempotent.
 */
public interface Destination {
    /**
     * Checks that the VM can live here (same hypervisor version, machine type, CPU model, accelerator; memory;
     * space; name free), reserves, creates the images and starts the incoming VM. {@link PeerRefusedException}
     * when it cannot, with nothing left behind.
     */
    Prepared prepare(PrepareRequest request) throws IOException, InterruptedException;

    /**
     * Waits until the VM has all its memory and is paused, and every disk is fdatasynced; false when it is not so
     * within {@code limit}. Of a VM that is stopped: ends all writing and syncs.
     */
    boolean awaitComplete(Duration limit) throws IOException, InterruptedException;

    /**
     * The source has given: read the database, and if it says so, run (docs/architecture.md, Ownership: Run). Returns
     * when the VM was seen running and that is recorded; of a VM that is stopped, when its arrival is
     * recorded.
     */
    void run() throws IOException, InterruptedException;

    /** What this side is seen to hold, for {@code stranded} and for the spare. */
    Observation observe() throws IOException, InterruptedException;

    /**
     * What came of these bytes is old; the new content follows when the VM runs here. Before
     * {@link #awaitComplete}; only for a disk whose algorithm pulls.
     */
    void leaveBehind(DiskId disk, List<Extent> extents) throws IOException, InterruptedException;

    /** What a pulled disk still lacks, from a byte on. */
    Missing missing(DiskId disk, long offset) throws IOException, InterruptedException;

    /**
     * Makes the pulled disks durable and lets the VM use its plain images again; false when blocks are missing.
     * After it the source is no longer needed.
     */
    boolean completePull() throws IOException, InterruptedException;

    /**
     * Compares a region of a disk with what was read back here after the guest began to run, past the page cache,
     * leaving out the blocks the guest had written by then. Waits until the region was read back. Of a VM that is
     * stopped, after {@link #awaitComplete}, and of one that may not run here yet: all blocks, read now.
     */
    RegionComparison compare(DiskId disk, RegionDigests source) throws IOException, InterruptedException;

    /**
     * Memory is about to be sent: from now until the guest runs here, or what came is removed, this worker does not stop of
     * its own accord.
     *
     * @throws PeerRefusedException (retryable) when it is stopping: the next one carries on with the migration
     */
    void beginSwitchover() throws IOException, InterruptedException;

    /** Forgets what was kept for {@link #compare}: the migration is about to complete. */
    void settle() throws IOException, InterruptedException;

    /**
     * Brings a part of a base image that a disk of the VM stands on, before {@link #prepare}; refused when another
     * file stands under its name here.
     *
     * @return how much of it is here, from its beginning; with no content it only asks
     */
    long takeBase(BasePart part) throws IOException, InterruptedException;

    /**
     * Removes the incoming VM, images and reservation; refused ({@link PeerRefusedException}) once this side owns.
     */
    void abort() throws IOException, InterruptedException;

    /**
     * What a disk lacks.
     *
     * @param extents the first of them, ascending; empty when nothing is missing there
     * @param bytes on the whole disk
     */
    record Missing(List<Extent> extents, long bytes) {
        /** More than this are asked for in several calls. */
        public static final int EXTENTS_MAX = 10_000;

        public Missing {
            extents = List.copyOf(extents);
        }
    }

    /**
     * What is to come.
     *
     * @param disks by disk id, what the destination must make room for
     * @param hypervisorVersion as in {@code HypervisorFacts.version}
     * @param idle whether the VM is stopped: its images come, and no VM is started
     */
    record PrepareRequest(
            VmDefinition definition,
            long epoch,
            Map<DiskId, DiskNeed> disks,
            String hypervisorVersion,
            String accelerator,
            boolean idle) {
        public PrepareRequest {
            Objects.requireNonNull(definition, "definition");
            Objects.requireNonNull(hypervisorVersion, "hypervisor_version");
            Objects.requireNonNull(accelerator, "accelerator");
            disks = Map.copyOf(disks);
        }
    }

    /**
     * What one disk needs.
     *
     * @param size of the disk in bytes as the guest sees it
     * @param allocatedBytes what it occupies at the source
     * @param algorithm name of the algorithm that will replicate it
     * @param buildsOnContent whether a target that holds something already is as good as an empty one
     * @param pulls whether blocks may stay at the source when the VM switches
     * @param baseDigest SHA-256 in hex of the file that the disk's image has for a base, or null when it has none
     */
    record DiskNeed(
            long size,
            long allocatedBytes,
            String algorithm,
            boolean buildsOnContent,
            boolean pulls,
            @Nullable String baseDigest) {}

    /**
     * Where to send.
     *
     * @param mirrorTargets for {@code SourceVm.nativeMirror}, by disk id; only disks whose algorithm mirrors natively
     */
    record Prepared(Map<DiskId, String> mirrorTargets) {
        public Prepared {
            mirrorTargets = Map.copyOf(mirrorTargets);
        }
    }

    /**
     * What a source has to know before it runs its guest again.
     *
     * @param mayRunMark whether the guest may have run here
     */
    record Observation(boolean mayRunMark) {}
}
