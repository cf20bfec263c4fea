package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a worker holds against the database, and what it says of its VMs. */
@ExtendWith(PostgresExtension.class)
class EvidenceIT {
    private final TestDatabase database;

    EvidenceIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    @Tag("attack")
    @DisplayName("A5: a worker can tell one life of the database from another")
    void incarnationNamesSystemAndTimeline() {
        HostId host = Samples.host("host");
        String seen = database.worker(host).incarnation();
        assertThat(seen).matches("\\d{15,20}/[0-9A-F]{8}");
        assertThat(database.worker(host).incarnation()).isEqualTo(seen);
    }

    @Test
    @Tag("attack")
    @DisplayName("F7b: every power that a worker can see is taken")
    void everyPowerIsRecorded() {
        HostId host = Samples.host("host");
        VmDefinition vm = Samples.definition();
        var worker = database.worker(host);
        worker.registerHost(Samples.FACTS);
        database.scheduler().defineVm(vm, host);
        for (Power power : Power.values()) {
            worker.recordPower(vm.id(), 1, power);
            assertThat(worker.vm(vm.id()).orElseThrow().power()).isEqualTo(power);
        }
    }
}
