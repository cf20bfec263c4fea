package io.drover.schema;

import io.drover.schema.contract.RegisterContract;
import io.drover.schema.contract.Stores;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.TestDatabase;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresRegisterIT extends RegisterContract {
    private final TestDatabase database;

    PostgresRegisterIT(TestDatabase database) {
        this.database = database;
    }

    @Override
    protected Stores stores() {
        return database;
    }
}
