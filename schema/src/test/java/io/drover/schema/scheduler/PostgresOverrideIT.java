package io.drover.schema.scheduler;

import io.drover.schema.contract.OverrideContract;
import io.drover.schema.contract.Stores;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.TestDatabase;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresOverrideIT extends OverrideContract {
    private final TestDatabase database;

    PostgresOverrideIT(TestDatabase database) {
        this.database = database;
    }

    @Override
    protected Stores stores() {
        return database;
    }
}
