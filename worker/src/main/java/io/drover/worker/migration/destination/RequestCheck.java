package io.drover.worker.migration.destination;

import static io.drover.worker.migration.destination.AdmissionCheck.refused;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.json.DroverJson;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.VmRecord;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.peer.Destination.DiskNeed;
import io.drover.worker.peer.Destination.PrepareRequest;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.replication.algorithm.Hybrid;
import io.drover.worker.replication.algorithm.PostCopy;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * Holds what a source says of a VM against what the database says. A certificate and a token prove which host
 * speaks, not what it may ask for: VM, epoch, algorithms and whether blocks may stay behind are the row's, and
 * only what nobody else can know (sizes, digests, what has arrived) is taken from the source.
 */
final class RequestCheck {
    /** No disk is larger, and sixteen of them still fit a {@code long}. */
    private static final long DISK_BYTES_MAX = 1L << 56;

    private static final int SECTOR_BYTES = 512;
    private static final Set<String> PULLING = Set.of(PostCopy.NAME, Hybrid.NAME);

    private final MigrationRecord row;
    private final WorkerStore store;

    RequestCheck(MigrationRecord row, WorkerStore store) {
        this.row = row;
        this.store = store;
    }

    /** @throws PeerRefusedException naming the first field in which the source differs */
    void check(PrepareRequest request) throws PeerRefusedException {
        requireSameVm(request.definition());
        require(
                request.epoch() == row.epoch(),
                "epoch: the source says " + request.epoch() + ", the database " + row.epoch());
        requireSameDisks(request.disks().keySet());
        for (Map.Entry<DiskId, DiskNeed> need : request.disks().entrySet()) {
            checkNeed(need.getKey(), need.getValue());
        }
        if (request.idle()) {
            requireStopped();
        }
    }

    private void requireSameVm(VmDefinition theirs) throws PeerRefusedException {
        JsonNode said = DroverJson.mapper().valueToTree(theirs);
        JsonNode stands = DroverJson.mapper().valueToTree(row.definition());
        var fields = new TreeSet<String>(said.propertyNames());
        fields.addAll(stands.propertyNames());
        for (String field : fields) {
            require(
                    said.path(field).equals(stands.path(field)),
                    "definition." + field + ": the source speaks of another VM than the database");
        }
    }

    private void requireSameDisks(Set<DiskId> said) throws PeerRefusedException {
        var stand = new TreeSet<DiskId>();
        row.definition().disks().forEach(disk -> stand.add(disk.id()));
        for (DiskId disk : stand) {
            require(said.contains(disk), "disks: nothing is said about disk " + disk);
        }
        require(said.size() == stand.size(), "disks: the source names " + said + ", the VM has " + stand);
    }

    private void checkNeed(DiskId disk, DiskNeed need) throws PeerRefusedException {
        MigrationTask task = row.task();
        String algorithm = task.algorithmFor(disk);
        require(
                need.algorithm().equals(algorithm),
                "algorithm: the source says " + need.algorithm() + " for disk " + disk + ", the task " + algorithm);
        require(
                !need.pulls() || task.mayPull() || PULLING.contains(algorithm),
                "pulls: the task does not allow disk " + disk + " to be pulled");
        require(
                need.size() >= SECTOR_BYTES && need.size() % SECTOR_BYTES == 0 && need.size() <= DISK_BYTES_MAX,
                "size: " + need.size() + " bytes of disk " + disk + " are not those of a disk");
        require(
                need.allocatedBytes() >= 0 && need.allocatedBytes() <= DISK_BYTES_MAX,
                "allocated_bytes: " + need.allocatedBytes() + " of disk " + disk + " cannot be");
    }

    /**
     * A VM that is not started here is not seen to run by anybody: only one that was stopped may come like this.
     */
    private void requireStopped() throws PeerRefusedException {
        boolean runs = store.vm(row.definition().id())
                .filter(vm -> vm.power() == Power.RUNNING)
                .map(VmRecord::wantedPower)
                .filter(wanted -> wanted == Power.RUNNING)
                .isPresent();
        if (runs) {
            throw refused(Failure.Kind.RETRYABLE, "idle: the database says that the VM runs, and shall run");
        }
    }

    private static void require(boolean holds, String message) throws PeerRefusedException {
        if (!holds) {
            throw refused(Failure.Kind.REJECTED, message);
        }
    }
}
