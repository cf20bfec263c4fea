package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import io.drover.schema.worker.WorkerStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The statements with which docs/operating/troubleshooting.md has a person end a stranded migration. */
@ExtendWith(PostgresExtension.class)
class RepairStatementsIT {
    private static final Path MANUAL = Path.of("../docs/operating/troubleshooting.md");
    private static final Pattern STATEMENTS = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);

    private final TestDatabase database;

    RepairStatementsIT(TestDatabase database) {
        this.database = database;
    }

    @ParameterizedTest
    @EnumSource(names = {"FINISHING", "ROLLING_BACK", "COMPLETED"})
    void theManualsStatementsEndAStrandedMigration(MigrationState to) throws IOException, SQLException {
        WorkerStore source = registered();
        HostId destination = registered().host();
        VmDefinition vm = Samples.definition();
        SchedulerStore scheduler = database.scheduler();
        scheduler.defineVm(vm, source.host());
        MigrationTask task = Samples.task(vm.id(), source.host(), destination);
        scheduler.submit(task, "test", null);
        source.claim(task.id(), Duration.ofMinutes(1));
        source.transition(task.id(), 1, MigrationState.STRANDED, "a test");
        asTheManualSays(Map.of(
                "vm", vm.name(),
                "id", task.id().toString(),
                "state", to.wireName(),
                "host", destination.value(),
                "epoch", "5",
                "why", "ana: looked"));
        assertThat(scheduler.vm(vm.name()).orElseThrow())
                .satisfies(row -> assertThat(row.owner()).isEqualTo(destination))
                .satisfies(row -> assertThat(row.epoch()).isEqualTo(5));
        SchedulerStore.MigrationDetail detail = scheduler.migration(task.id()).orElseThrow();
        assertThat(detail.migration().state()).isEqualTo(to);
        assertThat(detail.migration().endedAt() != null).isEqualTo(to.terminal());
        assertThat(detail.transitions().getLast())
                .satisfies(last -> assertThat(last.to()).isEqualTo(to))
                .satisfies(last -> assertThat(last.reason()).isEqualTo("ana: looked"));
    }

    private WorkerStore registered() {
        WorkerStore worker = database.worker(Samples.host("host"));
        worker.registerHost(Samples.FACTS);
        return worker;
    }

    /** As psql does with {@code -v name=value}. */
    private void asTheManualSays(Map<String, String> variables) throws IOException, SQLException {
        var found = STATEMENTS.matcher(Files.readString(MANUAL));
        assertThat(found.find()).isTrue();
        String statements = found.group(1);
        for (var variable : variables.entrySet()) {
            statements = statements.replace(":'" + variable.getKey() + "'", "'" + variable.getValue() + "'");
        }
        assertThat(statements).doesNotContain(":'");
        try (var owner = database.superuser();
                var statement = owner.createStatement()) {
            statement.execute(statements);
        }
    }
}
