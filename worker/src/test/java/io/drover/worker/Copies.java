package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.evidence.ReplicatedDisks;
import io.drover.messages.evidence.ReplicatedDisks.ReplicatedDisk;
import io.drover.messages.evidence.VerifiedCopy;
import io.drover.messages.evidence.disk.CopyComparison;
import io.drover.messages.evidence.disk.CopyComparison.Compared;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the journal of a migration says of the copies of its disks. */
final class Copies {
    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);

    private Copies() {}

    /** Each of these disks was compared with what the destination holds, and no block differs. */
    static void assertSame(MigrationDetail end, DiskId... disks) {
        Map<DiskId, CopyComparison> verified =
                end.evidence(VerifiedCopy.class).orElseThrow().disks();
        for (DiskId disk : disks) {
            assertThat(verified.get(disk)).isInstanceOfSatisfying(Compared.class, compared -> {
                assertThat(compared.different()).as("%s", compared).isEmpty();
                assertThat(compared.compared()).as("%s", compared).isPositive();
                LOG.info("disk {}: compared {} of {} blocks", disk, compared.compared(), compared.blocks());
            });
        }
    }

    /** How the disk was copied while the guest ran. */
    static ReplicatedDisk replicated(MigrationDetail end, DiskId disk) {
        var disks = end.evidence(ReplicatedDisks.class).orElseThrow().disks();
        ReplicatedDisk replicated = Objects.requireNonNull(disks.get(disk));
        LOG.info("disk {}: {}", disk, replicated);
        return replicated;
    }
}
