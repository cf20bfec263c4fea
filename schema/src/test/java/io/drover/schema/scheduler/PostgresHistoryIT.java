package io.drover.schema.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.contract.HistoryContract;
import io.drover.schema.contract.Stores;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class PostgresHistoryIT extends HistoryContract {
    private final TestDatabase database;

    PostgresHistoryIT(TestDatabase database) {
        this.database = database;
    }

    @Override
    protected Stores stores() {
        return database;
    }

    @Override
    protected TelemetryHistory history() {
        return new PostgresTelemetryHistory(database.schedulerDatabase());
    }

    @Test
    void aDayIsKnownWhenEveryHourWasSeenTwice() throws Exception {
        HostId one = Samples.host("one");
        VmDefinition vm = Samples.definition();
        database.worker(one).registerHost(Samples.FACTS);
        database.scheduler().defineVm(vm, one);
        Instant week = Instant.now().minus(Duration.ofDays(7));
        try (Connection superuser = database.superuser()) {
            // Two days, the second at twice the load, and an hour of the third.
            Query.of(superuser, """
                    INSERT INTO drover.telemetry_vm
                    SELECT ?, slot, ?, 10, extract(hour FROM slot AT TIME ZONE 'UTC') * (1 + (n / 288)), 0, 0, 0, 0, 0, 0, 0, 0
                    FROM generate_series(0, 2 * 288 + 11) AS n,
                        LATERAL (SELECT ?::timestamptz + n * interval '5 minutes') AS s (slot)
                    RETURNING vm
                    """, vm.id().value(), one, week.truncatedTo(ChronoUnit.DAYS))
                    .run();
            Query.of(superuser, """
                    INSERT INTO drover.telemetry_vm
                    SELECT ?, ?::timestamptz + n * interval '5 minutes', ?, 10, 1, 0, 0, 0, 0, 0, 0, 0, 0
                    FROM generate_series(0, 2 * 288 - 13) AS n
                    RETURNING vm
                    """, UUID.randomUUID(), week.truncatedTo(ChronoUnit.DAYS), one)
                    .run();
        }

        Map<VmId, List<Double>> hours = new PostgresTelemetryHistory(database.schedulerDatabase())
                .cpuCoresByHour(week.minus(Duration.ofDays(1)), Instant.now());

        List<Double> mine = Objects.requireNonNull(hours.get(vm.id()));
        assertThat(hours).as("of the other VM an hour was seen once").hasSize(1);
        assertThat(mine).hasSize(24);
        assertThat(mine.get(0)).isZero();
        assertThat(mine.get(7)).isCloseTo(10.5, offset(1e-9));
        assertThat(mine.get(23)).isCloseTo(34.5, offset(1e-9));
    }
}
