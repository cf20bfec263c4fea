package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.evidence.JournalledEvidence;
import io.drover.messages.evidence.JournalledEvidence.PauseFigures;
import io.drover.messages.evidence.PulledRest;
import io.drover.messages.evidence.SentRest;
import io.drover.messages.evidence.disk.AlgorithmEvidence;
import io.drover.messages.evidence.disk.AlgorithmEvidence.ActualFigures;
import io.drover.messages.evidence.disk.AlgorithmEvidence.MeasuredFigures;
import io.drover.messages.evidence.disk.AlgorithmEvidence.PredictedFigures;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.WorkerStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The evidence of steps as the scheduler's side sees it: through views, and read back from the journal. */
@ExtendWith(PostgresExtension.class)
class EvidenceViewsIT {
    private static final PredictedFigures PREDICTED = new PredictedFigures(8.5, 880, 25, 1, true);

    private final TestDatabase database;
    private final SchedulerStore scheduler;
    private final HostId source = Samples.host("source");
    private final VmDefinition vm = Samples.definition();
    private final MigrationTask task;

    EvidenceViewsIT(TestDatabase database) {
        this.database = database;
        this.scheduler = database.scheduler();
        this.task = Samples.task(vm.id(), source, Samples.host("destination"));
    }

    @BeforeEach
    void aMigration() {
        for (HostId host : List.of(source, task.destination())) {
            database.worker(host).registerHost(Samples.FACTS);
        }
        scheduler.defineVm(vm, source);
        scheduler.submit(task, "test", null);
        database.worker(source).claim(task.id(), Duration.ofMinutes(1));
    }

    @Test
    void predictionsAreThoseOfTheRecord() throws SQLException {
        var sent = new SentRest(
                21,
                Map.of(new DiskId("data"), 900L, new DiskId("swap"), 40L),
                Map.of(
                        new DiskId("data"),
                        chosen(new ActualFigures(9.25, 900, 21)),
                        new DiskId("extra"),
                        chosen(null),
                        new DiskId("swap"),
                        AlgorithmEvidence.NONE));
        journal(sent);
        assertThat(predictions())
                .containsExactly("data pre-copy 8.5 9.25 880 900 25 21", "extra pre-copy 8.5 null 880 null 25 null");
        var detail = scheduler.migration(task.id()).orElseThrow();
        assertThat(detail.evidence(SentRest.class)).contains(sent);
        assertThat(detail.evidence(PulledRest.class)).isEmpty();
    }

    private void journal(SentRest evidence) {
        WorkerStore store = database.worker(source);
        store.intend(task.id(), 1, SentRest.STEP);
        String document = new JournalledEvidence(evidence, new PauseFigures(3, 24)).json();
        assertThat(store.done(task.id(), 1, SentRest.STEP, document).done()).isTrue();
    }

    private static AlgorithmEvidence chosen(@Nullable ActualFigures outcome) {
        return new AlgorithmEvidence(
                "pre-copy", PREDICTED, new MeasuredFigures(100, 10, -1), Map.of("pre-copy", PREDICTED), outcome);
    }

    private List<String> predictions() throws SQLException {
        String sql = """
            SELECT concat_ws(' ', disk, algorithm, predicted_seconds, coalesce(seconds::text, 'null'),
                predicted_wire_bytes, coalesce(wire_bytes::text, 'null'),
                predicted_downtime_ms, coalesce(downtime_ms::text, 'null')) AS line
            FROM drover_api.predictions WHERE migration = ? ORDER BY disk
            """;
        try (Connection reader = database.login(SchemaMigrator.SCHEDULER_ROLE)) {
            return Query.of(reader, sql, task.id().value()).list(row -> row.text("line"));
        }
    }
}
