package io.drover.worker;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.VmRecord;
import io.drover.schema.worker.WorkerStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the VMs on this host are made of, as the database last said; kept when it is away, because telemetry goes
 * on without it.
 */
final class KnownVms {
    private volatile Map<VmId, VmDefinition> definitions = Map.of();

    void refresh(WorkerStore store) {
        var read = new HashMap<VmId, VmDefinition>();
        for (VmRecord vm : store.ownedVms()) {
            read.put(vm.definition().id(), vm.definition());
        }
        // VMs on their way in or out burn this host's processor as well.
        for (MigrationRecord migration : store.openMigrations()) {
            read.put(migration.definition().id(), migration.definition());
        }
        definitions = Map.copyOf(read);
    }

    Optional<VmDefinition> definition(VmId vm) {
        return Optional.ofNullable(definitions.get(vm));
    }
}
