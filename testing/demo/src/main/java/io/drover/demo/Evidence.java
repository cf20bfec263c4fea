package io.drover.demo;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.MigrationDocument;
import io.drover.testbed.evidence.HeartbeatEvidence;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Everything the demo's claims are made from: whoever has this file can draw each conclusion again.
 *
 * @param decision the balancer's, with the snapshot it saw and the alternatives it refused
 * @param migrations as PostgreSQL holds them: transitions, steps with their evidence, the copy's digests by region
 * @param wireBytes what went from source to destination over TCP, as the kernel counted it, by migration
 * @param heartbeats every line of every console, stamped by the host
 */
record Evidence(
        Instant at,
        DecisionDocument decision,
        List<MigrationDocument> migrations,
        Map<MigrationId, Long> wireBytes,
        List<HeartbeatEvidence> heartbeats,
        List<HostLoadChange> loads,
        List<RetiredCopy> retired,
        List<DiskAtEnd> disks) {

    /**
     * A host's processor load around the balancer's move, from its own telemetry.
     *
     * @param before cores in use when the decision fell
     * @param after cores in use some seconds after the move was over
     */
    record HostLoadChange(HostId host, double capacityCores, double before, double after) {}

    /**
     * What is left at a source.
     *
     * @param kept whether the retired copy is there and read-only
     * @param original whether the image still stands under its own name: it must not
     * @param vmGone whether no process of the VM is left there
     */
    record RetiredCopy(HostId host, String image, boolean kept, boolean original, boolean vmGone) {
        boolean asItShould() {
            return kept && !original && vmGone;
        }
    }

    /**
     * A data disk after its guest was shut down.
     *
     * @param problems what e2fsck and the manifest of digests found; empty when all is well
     * @param files how many files were compared with the manifest
     */
    record DiskAtEnd(String guest, HostId host, List<String> problems, int files, String fileSystemReport) {}
}
