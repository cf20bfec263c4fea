package io.drover.schema;

import io.drover.schema.contract.OutboxContract;
import io.drover.schema.contract.Stores;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.TestDatabase;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresOutboxIT extends OutboxContract {
    private final TestDatabase database;

    PostgresOutboxIT(TestDatabase database) {
        this.database = database;
    }

    @Override
    protected Stores stores() {
        return database;
    }
}
