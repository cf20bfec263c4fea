package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.json.DroverJson;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.StoredPlan;
import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.Samples;
import io.drover.schema.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host's role does to others, with SQL of its own, while they are at work. */
@Tag("attack")
@ExtendWith(PostgresExtension.class)
@SuppressWarnings("NullAway.Init") // Set before each test.
class HostLimitsIT {
    /** Far more than any of the victims' calls takes, far less than the 20 s after which they gave up. */
    private static final Duration SOON = Duration.ofSeconds(15);

    private final TestDatabase database;
    private final SchedulerStore scheduler;
    private final HostId evil = Samples.host("evil");
    private final HostId victim = Samples.host("victim");
    private final HostId third = Samples.host("third");
    private final VmDefinition evils = Samples.definition();
    private final VmDefinition thirds = Samples.definition();
    private final List<Connection> opened = new ArrayList<>();
    private Connection attack;

    HostLimitsIT(TestDatabase database) {
        this.database = database;
        this.scheduler = database.scheduler();
    }

    @BeforeEach
    void hosts() throws SQLException {
        for (HostId host : List.of(evil, victim, third)) {
            database.worker(host).registerHost(Samples.FACTS);
        }
        scheduler.defineVm(evils, evil);
        scheduler.defineVm(thirds, third);
        attack = database.loginAsWorker(evil);
        opened.add(attack);
    }

    @AfterEach
    void logOut() throws SQLException {
        for (Connection connection : opened) {
            connection.close();
        }
    }

    @Test
    @DisplayName(
            "A7: an open submission to a host does not keep the host from registering, and others only for moments")
    void anOpenSubmission() throws SQLException {
        leaveSubmissionOpen();
        Instant begun = Instant.now();
        database.worker(victim).registerHost(Samples.FACTS);
        assertThat(scheduler.submit(Samples.task(thirds.id(), third, victim), "test", null))
                .isInstanceOfSatisfying(
                        SubmitResult.Refused.class,
                        refused -> assertThat(refused.failure().message()).contains("ask again"));
        // Nor does its own VM hold up the scheduler.
        assertThat(scheduler.submit(Samples.task(evils.id(), evil, third), "test", null))
                .isInstanceOf(SubmitResult.Refused.class);
        assertThat(Duration.between(begun, Instant.now())).isLessThan(SOON);
        attack.rollback();
        assertThat(scheduler.submit(Samples.task(thirds.id(), third, victim), "test", null))
                .isInstanceOf(SubmitResult.Submitted.class);
    }

    @Test
    @DisplayName("A7: a transaction that a host's role leaves open is ended by the scheduler")
    void aHungTransactionIsEnded() throws SQLException {
        leaveSubmissionOpen();
        assertThat(scheduler.endHungTransactions(Duration.ofHours(1))).isEmpty();
        assertThat(scheduler.endHungTransactions(Duration.ZERO)).contains(evil);
        assertThatThrownBy(() -> execute("SELECT 1")).isInstanceOf(SQLException.class);
        assertThat(scheduler.submit(Samples.task(thirds.id(), third, victim), "test", null))
                .isInstanceOf(SubmitResult.Submitted.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT pg_advisory_lock(hashtext('drover telemetry partitions'))",
                "SELECT pg_advisory_lock(1, 2)",
                "SELECT pg_advisory_xact_lock_shared(1)",
                "SELECT pg_try_advisory_lock(1)",
                "SELECT lo_create(0)",
                "SELECT lo_from_bytea(0, 'x')",
                "SELECT pg_logical_emit_message(false, 'x', 'y')",
                "SELECT pg_notify('x', 'y')"
            })
    @DisplayName("A7: no advisory locks, large objects or messages for a host's role")
    void isDenied(String sql) {
        assertThatThrownBy(() -> execute(sql))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        error -> assertThat(error.getSQLState()).isEqualTo("42501"));
    }

    @Test
    @DisplayName("A7: advisory locks that somebody may take after all hold up nothing of Drover's")
    void advisoryLocksHoldNothingUp() throws SQLException {
        try (Connection superuser = database.superuser();
                var statement = superuser.createStatement()) {
            for (String name :
                    List.of("drover telemetry partitions", "drover define_vm", "drover plan", "drover relabel_vm")) {
                statement.execute("SELECT pg_advisory_lock(hashtext('" + name + "'))");
            }
            Instant begun = Instant.now();
            scheduler.retain(Instant.now());
            VmDefinition another = Samples.definition();
            scheduler.defineVm(another, third);
            scheduler.relabel(another.id(), scheduler.labels(), Map.of("team", "red"));
            var decision = new SchedulerStore.Decision(
                    new DecisionId(UUID.randomUUID()),
                    Instant.now(),
                    "drover",
                    "Nothing.",
                    "snapshot",
                    "[]",
                    List.of(),
                    null);
            scheduler.propose(decision, StoredPlan.State.SHADOW, List.of(), Instant.now());
            assertThat(Duration.between(begun, Instant.now())).isLessThan(SOON);
        }
    }

    @Test
    @DisplayName("A7: a host's role has a few connections, the others have theirs")
    void connectionsAreFew() throws SQLException {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 20; i++) {
                        opened.add(database.login(HostRoles.roleName(evil)));
                    }
                })
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("too many connections for role");
        assertThat(opened).hasSizeLessThan(8);
        database.worker(victim).ping();
        scheduler.ping();
    }

    @Test
    @DisplayName("A7: what a host writes is bounded in length and in number")
    void textsAndRowsAreBounded() throws SQLException {
        execute("SELECT drover_api.record_rejected(repeat('q', 5000), repeat('i', 5000), repeat('r', 1000000),"
                + " repeat('b', 1000000))");
        execute("SELECT drover_api.record_rejected('q', NULL, E'\\x1b[2Jred\\n', 'b') FROM generate_series(1, 1500)");
        execute("SELECT drover_api.record_inbox('m' || n, 'migrate', repeat('b', 100000))"
                + " FROM generate_series(1, 2500) AS s (n)");
        assertThatThrownBy(() -> execute("SELECT drover_api.record_inbox(repeat('m', 5000), 'migrate', '')"))
                .isInstanceOf(SQLException.class);
        assertThat(whole("SELECT count(*) AS n FROM drover.rejected_message WHERE consumer = '" + evil + "'"))
                .isEqualTo(1000);
        assertThat(whole("SELECT count(*) AS n FROM drover.inbox WHERE consumer = '" + evil + "'"))
                .isEqualTo(2000);
        assertThat(whole("SELECT max(length(queue) + length(reason) + length(body)) AS n FROM drover.rejected_message"))
                .isLessThan(70_000);
        assertThat(whole("SELECT count(*) AS n FROM drover.rejected_message WHERE reason ~ '[[:cntrl:]]'"))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"cpu_cores\": \"Infinity\"}",
                "{\"cpu_cores\": \"NaN\"}",
                "{\"cpu_cores\": 1e6}",
                "{\"cpu_cores\": 0}",
                "{\"cpu_cores\": null}",
                "{\"memory_bytes\": 9223372036854775807}",
                "{\"memory_bytes\": -1}",
                "{\"images_bytes\": 9223372036854775807}",
                "{\"images_free_bytes\": 1e30}",
                "{\"link_bytes_per_second\": 1e308}",
                "{\"hypervisor\": \"QEMU\\u001b[2J\"}",
                "{\"hypervisor\": \"\"}",
                "{\"peer_address\": \"10.0.0.1:7101\\nh2\"}",
                "{\"peer_address\": null}"
            })
    @DisplayName("A8: a host's facts are finite, plausible and printable, or refused")
    void factsAreBounded(String wrong) throws SQLException {
        String facts = DroverJson.mapper().writeValueAsString(Samples.FACTS);
        assertThatThrownBy(() -> Query.of(
                                attack, "SELECT drover_api.register_host(?, ?::jsonb || ?::jsonb)", evil, facts, wrong)
                        .run())
                .isInstanceOfSatisfying(
                        SQLException.class,
                        error -> assertThat(error.getSQLState()).isEqualTo("22023"));
        database.worker(evil).registerHost(Samples.FACTS);
    }

    private void leaveSubmissionOpen() throws SQLException {
        attack.setAutoCommit(false);
        execute("SET lock_timeout = 0");
        execute("SET idle_in_transaction_session_timeout = 0");
        MigrationTask task = Samples.task(evils.id(), evil, victim);
        boolean accepted = Query.of(
                        attack,
                        "SELECT accepted FROM drover_api.submit_migration(?::jsonb, 'x', NULL)",
                        DroverJson.mapper().writeValueAsString(task))
                .single(row -> row.flag("accepted"));
        assertThat(accepted).isTrue();
    }

    private long whole(String sql) throws SQLException {
        try (Connection superuser = database.superuser()) {
            return Query.of(superuser, sql).single(row -> row.whole("n"));
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = attack.createStatement()) {
            statement.execute(sql);
        }
    }
}
