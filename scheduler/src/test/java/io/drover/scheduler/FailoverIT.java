package io.drover.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.json.DroverJson;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.Database;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.schema.worker.WorkerStore;
import io.drover.testbed.postgres.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A real PostgreSQL that takes no writes for a while, and one that is lost and followed by its standby. */
@Tag("attack")
@SuppressWarnings("NullAway.Init") // Set before all tests.
class FailoverIT {
    /** A quarter of a minute is promised of a quiet machine. */
    private static final Duration SOON = Duration.ofSeconds(75);

    private static final String PATH = "/api/v1/balancer";

    private static RealFleet.Services services;

    @BeforeAll
    static void startServices() throws Exception {
        services = RealFleet.Services.start();
    }

    @AfterAll
    static void stopServices() throws Exception {
        services.close();
    }

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    @DisplayName("F4: health is down while the database is read only, and everybody works as soon as it is not")
    void aDatabaseThatIsReadOnlyForAWhile() throws Exception {
        try (var fleet = new RealFleet(services);
                Scheduler scheduler = begin(fleet, Map.of());
                Database hosts = fleet.hostDatabase(FakeFleet.H1, fleet.url())) {
            WorkerStore worker = new PostgresWorkerStore(hosts, FakeFleet.H1);
            worker.ping();
            String database = fleet.url().substring(fleet.url().lastIndexOf('/') + 1);
            services.postgres()
                    .execute(
                            "postgres",
                            "ALTER DATABASE " + database + " SET default_transaction_read_only = on",
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database
                                    + "'");
            // At first it may be the sessions' end that is told.
            await().atMost(SOON).until(() -> why(scheduler).contains("read only"));
            assertThat(why(scheduler)).doesNotContain("\n", "PL/pgSQL");
            await().atMost(SOON).until(() -> setMode(scheduler).body().contains("read-only"));
            assertThat(setMode(scheduler).body()).doesNotContain("\\n", "PL/pgSQL");

            services.postgres()
                    .execute("postgres", "ALTER DATABASE " + database + " RESET default_transaction_read_only");

            // No connection is told that it is over: each keeps what its session began with.
            await().atMost(SOON).until(() -> works(scheduler, worker));
            for (int more = 0; more < 10; more++) {
                assertThat(setMode(scheduler).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    @DisplayName("F4: after a promotion of the standby everybody works with it")
    void aStandbyIsPromoted(@TempDir Path folder) throws Exception {
        assumeThat(Boolean.getBoolean("drover.containers")).isFalse();
        try (TestPostgres standby = services.postgres().startStandby(folder.resolve("standby"));
                var fleet = new RealFleet(services)) {
            String url = fleet.url().replaceFirst("(127.0.0.1:[0-9]+)", "$1,127.0.0.1:" + standby.port())
                    + "?targetServerType=primary";
            try (Scheduler scheduler = begin(fleet, Map.of("database.url", url));
                    Database hosts = fleet.hostDatabase(FakeFleet.H1, url)) {
                WorkerStore worker = new PostgresWorkerStore(hosts, FakeFleet.H1);
                assertThat(works(scheduler, worker)).isTrue();
                services.postgres().interrupt();
                await().atMost(SOON).until(() -> get(scheduler, "/health").statusCode() == 503);
                standby.promote();
                long looks = fired(standby, fleet);

                await().atMost(SOON).until(() -> works(scheduler, worker));
                // The clockwork too, which has connections of its own.
                await().atMost(SOON).until(() -> fired(standby, fleet) > looks);
            }
        } finally {
            services.postgres().resume();
        }
    }

    private String why(Scheduler scheduler) throws IOException, InterruptedException {
        return json(get(scheduler, "/health")).at("/database/message").asString("");
    }

    private Scheduler begin(RealFleet fleet, Map<String, String> changes) throws Exception {
        await().atMost(SOON).until(fleet::workerConnected);
        Scheduler scheduler = fleet.scheduler("s1", changes);
        scheduler.start();
        await().atMost(SOON).until(() -> get(scheduler, "/health").statusCode() == 200);
        return scheduler;
    }

    private boolean works(Scheduler scheduler, WorkerStore worker) throws Exception {
        try {
            worker.ping();
        } catch (StoreUnavailableException e) {
            return false;
        }
        return get(scheduler, "/health").statusCode() == 200
                && setMode(scheduler).statusCode() == 200;
    }

    /** Firings of the clockwork's triggers, in the database's own count. */
    private static long fired(TestPostgres postgres, RealFleet fleet) throws Exception {
        String database = fleet.url().substring(fleet.url().lastIndexOf('/'));
        try (var connection = DriverManager.getConnection(
                        postgres.jdbcUrl(database.substring(1)), postgres.superuser(), postgres.superuserPassword());
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT max(prev_fire_time) FROM drover_quartz.qrtz_triggers")) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private HttpResponse<String> setMode(Scheduler scheduler) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(scheduler, PATH))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"mode\":\"shadow\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(Scheduler scheduler, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(scheduler, path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> response) {
        return DroverJson.mapper().readTree(response.body());
    }

    private static URI uri(Scheduler scheduler, String path) {
        return URI.create("http://127.0.0.1:" + scheduler.httpAddress().getPort() + path);
    }
}
