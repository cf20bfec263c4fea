package io.drover.schema.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresSchedulerStoreIT {
    private final TestDatabase database;
    private final SchedulerStore store;

    PostgresSchedulerStoreIT(TestDatabase database) {
        this.database = database;
        this.store = database.scheduler();
    }

    @Test
    void disksAreRowsWithTheirRoleInLowerCase() throws SQLException {
        VmDefinition definition = Samples.definition();
        store.defineVm(definition, registered("host"));
        try (Connection superuser = database.superuser()) {
            assertThat(Query.of(
                                    superuser,
                                    "SELECT disk || ' ' || role AS disk FROM drover.disk WHERE vm = ?",
                                    definition.id().value())
                            .list(row -> row.text("disk")))
                    .containsExactlyInAnyOrder("data data", "swap swap");
        }
    }

    @Test
    void aRejectedMessageIsCutAndKeptWhateverItHolds() throws SQLException {
        String body = "\0" + "ä".repeat(40_000);
        store.recordRejected(new RejectedMessage("drover", null, "not JSON", body));
        database.worker(Samples.host("host")).recordRejected(new RejectedMessage("drover_worker.x", "7", "no id", "{"));
        try (Connection connection = database.login("drover_scheduler")) {
            var rows = Query.of(connection, "SELECT reason, body FROM drover_api.rejected_messages ORDER BY id")
                    .list(row -> List.of(row.text("reason"), row.text("body")));
            assertThat(rows).hasSize(2);
            assertThat(rows.getFirst().getFirst()).isEqualTo("not JSON");
            assertThat(rows.getFirst().getLast()).isEqualTo("\uFFFD" + "ä".repeat(32_766));
            assertThat(rows.getLast()).containsExactly("no id", "{");
        }
    }

    private HostId registered(String prefix) {
        var worker = database.worker(Samples.host(prefix));
        worker.registerHost(Samples.FACTS);
        return worker.host();
    }
}
