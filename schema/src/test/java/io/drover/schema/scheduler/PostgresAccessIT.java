package io.drover.schema.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.access.ApiRole;
import io.drover.schema.contract.AccessContract;
import io.drover.schema.scheduler.AccessStore.AuditEntry;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresAccessIT extends AccessContract {
    private final TestDatabase database;

    PostgresAccessIT(TestDatabase database) {
        this.database = database;
    }

    @Override
    protected AccessStore store() {
        return new PostgresAccessStore(database.schedulerDatabase());
    }

    @Test
    void whatIsAskedIsWrittenDownBeforeAndAfter() throws SQLException {
        AccessStore store = store();
        long id = store.begun(new AuditEntry(
                "anna", ApiRole.OPERATE, "192.0.2.7", "POST", "/api/v1/migrations", "a\0" + "x".repeat(3000)));
        assertThat(audited(id)).isEqualTo("anna operate 192.0.2.7 POST /api/v1/migrations 2000 -");
        store.ended(id, 202);
        store.ended(id, 500);
        assertThat(audited(id)).endsWith(" 202");
    }

    private String audited(long id) throws SQLException {
        String sql = "SELECT concat_ws(' ', caller, role, address, method, path, length(body),"
                + " coalesce(status::text, '-')) FROM drover_api.api_audit WHERE id = " + id;
        try (Connection connection = database.superuser();
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
