package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.schema.contract.SessionContract;
import io.drover.schema.contract.Stores;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.schema.worker.WorkerStore;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One living worker speaks for a host. */
@ExtendWith(PostgresExtension.class)
class SessionIT extends SessionContract {
    private final TestDatabase database;
    private final List<Database> opened = new ArrayList<>();
    private final List<FencedException> fenced = new ArrayList<>();

    SessionIT(TestDatabase database) {
        this.database = database;
    }

    @AfterEach
    void close() {
        opened.forEach(Database::close);
    }

    @Override
    protected Stores stores() {
        return database;
    }

    @Override
    protected WorkerStore process(HostId worker) {
        if (opened.isEmpty()) {
            database.provision(worker);
        }
        Database pool = Database.open(database.settings(HostRoles.roleName(worker), 1), UUID.randomUUID());
        opened.add(pool);
        return new PostgresWorkerStore(pool, worker, fenced::add);
    }

    @Override
    protected void keepSilent(HostId worker) {
        database.execute(
                "UPDATE drover.host_session SET last_seen = last_seen - interval '31 s' WHERE host = '" + worker + "'");
    }

    @Test
    @DisplayName("F1: a worker that is fenced hears of it beside its caller")
    void aFencedWorkerHearsOfIt() {
        WorkerStore never = process(Samples.host("host"));
        assertThatThrownBy(never::ping).isInstanceOf(FencedException.class);
        assertThat(fenced).hasSize(1);
    }

    @Test
    @DisplayName("F1: a takeover is on record with who said so and why")
    void aTakeoverIsOnRecord() throws Exception {
        HostId host = Samples.host("host");
        process(host).openSession(Samples.IDENTITY);
        assertThat(database.scheduler().takeOver(host, "alice", "new mainboard"))
                .isPresent();
        try (Connection connection = database.login(SchemaMigrator.SCHEDULER_ROLE);
                var statement = connection.prepareStatement(
                        "SELECT requested_by, login, reason FROM drover_api.host_takeovers WHERE host = ?")) {
            statement.setString(1, host.value());
            try (var rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(List.of(rows.getString(1), rows.getString(2), rows.getString(3)))
                        .containsExactly("alice", SchemaMigrator.SCHEDULER_ROLE, "new mainboard");
            }
        }
    }
}
