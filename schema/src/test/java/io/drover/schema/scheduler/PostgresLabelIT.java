package io.drover.schema.scheduler;

import io.drover.schema.contract.LabelContract;
import io.drover.schema.contract.Stores;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.TestDatabase;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresLabelIT extends LabelContract {
    private final TestDatabase database;

    PostgresLabelIT(TestDatabase database) {
        this.database = database;
    }

    @Override
    protected Stores stores() {
        return database;
    }
}
