package io.drover.schema;

import io.drover.schema.contract.Stores;
import io.drover.schema.contract.SubmissionContract;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.TestDatabase;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresSubmissionIT extends SubmissionContract {
    private final TestDatabase database;

    PostgresSubmissionIT(TestDatabase database) {
        this.database = database;
    }

    @Override
    protected Stores stores() {
        return database;
    }
}
