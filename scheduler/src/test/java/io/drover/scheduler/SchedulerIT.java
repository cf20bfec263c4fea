package io.drover.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.bus.Routing;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.SchedulerCommand;
import io.drover.messages.json.DroverJson;
import io.drover.messages.oslo.OsloCodec;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.testbed.MetricFamilies;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Schedulers on a real PostgreSQL and a real RabbitMQ. */
class SchedulerIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static RealFleet.Services services;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Scheduler> schedulers = new ArrayList<>();
    private RealFleet fleet;

    @BeforeAll
    static void startServices() throws Exception {
        services = RealFleet.Services.start();
    }

    @AfterAll
    static void stopServices() throws Exception {
        services.close();
    }

    @BeforeEach
    void start() {
        fleet = new RealFleet(services);
        await().atMost(LIMIT).until(fleet::workerConnected);
    }

    @AfterEach
    void stop() throws Exception {
        schedulers.forEach(Scheduler::close);
        client.close();
        fleet.close();
    }

    @Test
    void telemetryBecomesADecisionAndATaskOnTheWorkersQueue() throws Exception {
        Scheduler scheduler = begin("s1", Map.of("monitoring.address", "127.0.0.1", "monitoring.port", "0"));

        overloadUntilDecided();

        await().atMost(LIMIT).until(() -> !fleet.tasks().isEmpty());
        MigrationTask task = fleet.tasks().getFirst();
        assertThat(task.vm()).isEqualTo(FakeFleet.WEB_2);
        assertThat(task.source()).isEqualTo(FakeFleet.H1);
        assertThat(task.destination()).isEqualTo(FakeFleet.H2);
        assertThat(task.reason()).startsWith("h1 is overloaded: CPU 1.40 of 1.50 cores (93 %)");
        JsonNode migration = get(scheduler, "/api/v1/migrations/" + task.id(), 200);
        assertThat(migration.at("/migration/state").stringValue()).isEqualTo("queued");
        Decision decision = decisions().getFirst();
        assertThat(decision.moves()).containsExactly(task.id());
        assertThat(get(scheduler, "/api/v1/decisions/" + decision.id(), 200)
                        .get("sentence")
                        .stringValue())
                .contains("moving web-2 (1.1 GiB) to h2");
        await().atMost(LIMIT)
                .until(() -> count("drover.outbox WHERE sent_at IS NULL AND routing_key LIKE 'drover_worker%'") == 0);
        metricsAreThoseOfTheManual(scheduler);
    }

    /** Those that the API serves, and those at the address for monitoring. */
    private void metricsAreThoseOfTheManual(Scheduler scheduler) throws Exception {
        await().atMost(LIMIT)
                .until(() -> text(scheduler, "/metrics").contains("drover_fleet_migrations{state=\"queued\"} 1.0"));
        String metrics = text(scheduler, "/metrics");
        assertThat(metrics)
                .contains("drover_fleet_host_load_ratio{host=\"h1\",resource=\"cpu\"} 0.93")
                .contains("drover_queue_messages{queue=\"drover\"} 0.0")
                .contains("drover_database_connected 1.0", "drover_broker_connected 1.0", "drover_scheduler_member 1.0")
                .containsPattern("drover_decisions_total\\{moves=\"yes\"\\} [1-9]")
                .containsPattern("drover_job_runs_total\\{job_name=\"balance\",result=\"done\"\\} [1-9]")
                .containsPattern("drover_reports_total\\{result=\"taken\"\\} [1-9]");
        String own = MetricFamilies.own(metrics);
        assertThat(MetricFamilies.inManual("Of a scheduler", own)).isEqualTo(own);

        URI monitoring = URI.create("http://127.0.0.1:"
                + scheduler.monitoringAddress().orElseThrow().getPort());
        String apart = client.send(
                        HttpRequest.newBuilder(monitoring.resolve("/metrics")).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(MetricFamilies.own(apart)).isEqualTo(own);
        HttpRequest health =
                HttpRequest.newBuilder(monitoring.resolve("/health")).build();
        assertThat(answer(health, 200).at("/loops/status").stringValue()).isEqualTo("up");
    }

    @Test
    void twoSchedulersDoTheWorkOnce() throws Exception {
        begin("s1", Map.of());
        Scheduler second = begin("s2", Map.of());
        overloadUntilDecided();
        await().atMost(LIMIT).until(() -> !fleet.tasks().isEmpty());

        // Each look of either scheduler has one instant; a look done twice would have stored or submitted twice.
        long looks = fired();
        await().atMost(LIMIT).until(() -> {
            fleet.reportOverload(Instant.now());
            return fired() >= looks + 5;
        });

        assertThat(decisions()).hasSize(1);
        assertThat(fleet.store().migrations(false, 10)).hasSize(1);
        assertThat(fleet.tasks()).hasSize(1);

        // The one that is left goes on alone.
        schedulers.removeFirst().close();
        long left = fired();
        await().atMost(LIMIT).until(() -> fired() >= left + 3);
        assertThat(get(second, "/health", 200).get("status").stringValue()).isEqualTo("up");
    }

    @Test
    void aRecommendedPlanIsPostedWhenAPersonApprovesItAtWhicheverScheduler() throws Exception {
        Scheduler first = begin("s1", Map.of("balance.mode", "recommend"));
        Scheduler second = begin("s2", Map.of("balance.mode", "recommend"));
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(300)).until(() -> {
            fleet.reportOverload(Instant.now());
            return !get(first, "/api/v1/plans", 200).isEmpty();
        });
        JsonNode plan = get(second, "/api/v1/plans", 200).get(0);
        String path = "/api/v1/plans/" + plan.get("decision").stringValue();
        assertThat(plan.get("state").stringValue()).isEqualTo("waiting");
        assertThat(fleet.store().migrations(false, 10)).isEmpty();
        assertThat(fleet.tasks()).isEmpty();

        fleet.reportOverload(Instant.now());
        assertThat(post(second, path + "/approve", "{}", 200).get("state").stringValue())
                .isEqualTo("approved");
        post(first, path + "/approve", "{}", 200);

        await().atMost(LIMIT).until(() -> !fleet.tasks().isEmpty());
        MigrationTask task = fleet.tasks().getFirst();
        assertThat(task.vm()).isEqualTo(FakeFleet.WEB_2);
        assertThat(fleet.store().migrations(false, 10)).hasSize(1);
        assertThat(decisions().getFirst().moves()).containsExactly(task.id());

        // Both follow what is said to one of them.
        post(first, "/api/v1/balancer", "{\"mode\":\"off\"}", 200);
        assertThat(get(second, "/api/v1/balancer", 200).get("mode").stringValue())
                .isEqualTo("off");
    }

    @Test
    void servesTheTopicOfTheBus() throws Exception {
        Scheduler scheduler = begin("s1", Map.of("balance.mode", "off"));
        report(3);
        var command = new SchedulerCommand.LiveMigrate(
                "web-1", null, null, Map.of(), null, "asked over the bus", null, null, null);
        String body = OsloCodec.encode(CommandCodec.cast(command, "0123456789abcdef0123456789abcdef"));

        // Twice: a message may be delivered again.
        assertThat(publish("m1", body)).isTrue();
        assertThat(publish("m1", body)).isTrue();

        await().atMost(LIMIT).until(() -> !fleet.tasks().isEmpty());
        assertThat(fleet.tasks().getFirst().vm()).isEqualTo(FakeFleet.WEB_1);
        assertThat(fleet.tasks().getFirst().destination()).isEqualTo(FakeFleet.H2);
        assertThat(fleet.store().migrations(false, 10)).hasSize(1);

        String cancel = OsloCodec.encode(CommandCodec.cast(
                new SchedulerCommand.Cancel(fleet.tasks().getFirst().id()), "c1"));
        assertThat(publish("m2", cancel)).isTrue();
        await().atMost(LIMIT)
                .until(() -> get(scheduler, "/api/v1/migrations?open=true", 200).isEmpty());
    }

    @Test
    void whatCannotBeReadIsKeptAndNamed() throws Exception {
        begin("s1", Map.of("balance.mode", "off"));

        assertThat(publish("bad1", "{\"hello\":1")).isTrue();
        String unknown = OsloCodec.encode(CommandCodec.cast(
                new SchedulerCommand.LiveMigrate("web-9", null, null, Map.of(), null, null, null, null, null), "u1"));
        assertThat(publish("bad2", unknown)).isTrue();

        await().atMost(LIMIT).until(() -> count("drover.rejected_message") == 2);
        assertThat(count("drover.rejected_message WHERE reason LIKE '%vm: no VM web-9%'"))
                .isEqualTo(1);
        assertThat(fleet.store().migrations(false, 10)).isEmpty();
    }

    @Test
    void startsWhenDatabaseAndBrokerCome() throws Exception {
        fleet.postgres.interrupt();
        fleet.rabbit.stopNode();
        Scheduler scheduler = fleet.scheduler("s1", Map.of());
        schedulers.add(scheduler);
        scheduler.start();
        JsonNode health = get(scheduler, "/health", 503);
        assertThat(health.at("/database/status").stringValue()).isEqualTo("down");
        assertThat(health.at("/broker/status").stringValue()).isEqualTo("down");
        assertThat(get(scheduler, "/api/v1/hosts", 503).get("code").stringValue())
                .isEqualTo("unavailable");

        fleet.postgres.resume();
        fleet.rabbit.startNode();

        await().atMost(LIMIT).until(() -> status(scheduler, "/health") == 200);
        assertThat(get(scheduler, "/api/v1/hosts", 200)).hasSize(3);
        await().atMost(LIMIT).until(fleet::workerConnected);
        overloadUntilDecided();
        await().atMost(LIMIT).until(() -> !fleet.tasks().isEmpty());
    }

    @Test
    void badInputChangesNothingInTheRealDatabase() throws Exception {
        Scheduler scheduler = begin("s1", Map.of("balance.mode", "off"));
        report(3);

        refuses(scheduler, "{\"vm\":\"web-9\"}", 404, "vm");
        refuses(scheduler, "{\"vm\":\"web-2\",\"destination\":\"h9\"}", 404, "destination");
        refuses(scheduler, "{\"vm\":\"web-2\",\"destination\":\"h1\"}", 422, "destination");
        refuses(
                scheduler,
                "{\"vm\":\"web-2\",\"destination\":\"h2\",\"disk_algorithms\":{\"root\":\"mirror\"}}",
                422,
                "disk_algorithms");
        assertThat(fleet.store().migrations(false, 10)).isEmpty();

        JsonNode accepted = post(scheduler, "/api/v1/migrations", "{\"vm\":\"web-2\"}", 202);
        refuses(scheduler, "{\"vm\":\"web-2\",\"destination\":\"h3\"}", 409, "vm");
        MigrationId id = MigrationId.parse(accepted.get("id").stringValue());
        assertThat(fleet.store().migrations(true, 10))
                .extracting(view -> view.task().id())
                .containsExactly(id);
        assertThat(post(scheduler, "/api/v1/migrations/" + id + "/cancel", "", 202)
                        .get("result")
                        .stringValue())
                .isEqualTo("cancelled");
    }

    private Scheduler begin(String name, Map<String, String> changes) throws Exception {
        Scheduler scheduler = fleet.scheduler(name, changes);
        schedulers.add(scheduler);
        scheduler.start();
        await().atMost(LIMIT).until(() -> status(scheduler, "/health") == 200);
        return scheduler;
    }

    private void overloadUntilDecided() {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(300)).until(() -> {
            fleet.reportOverload(Instant.now());
            return !decisions().isEmpty();
        });
    }

    /** Those that moved something; before the first telemetry there is one that says so. */
    private List<Decision> decisions() {
        return fleet.store().decisions(50).stream()
                .filter(decision -> !decision.moves().isEmpty())
                .toList();
    }

    private void report(int samples) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(300)).until(() -> {
            fleet.reportOverload(Instant.now());
            return fleet.store().reports(Instant.now().minusSeconds(60)).size() >= 3 * samples;
        });
    }

    /** How many firings Quartz has counted of the balance job, by either scheduler: its instants in its own table. */
    private long fired() throws SQLException {
        return number("SELECT (prev_fire_time - start_time) / 1000 FROM drover_quartz.qrtz_triggers"
                + " WHERE trigger_name = 'balance'");
    }

    private boolean publish(String messageId, String body) {
        return fleet.publisher.publish(Routing.EXCHANGE, Routing.scheduler(), messageId, body);
    }

    private long count(String from) throws SQLException {
        return number("SELECT count(*) FROM " + from);
    }

    private long number(String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(
                        fleet.url(), fleet.postgres.superuser(), fleet.postgres.superuserPassword());
                var rows = connection.createStatement().executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }

    private void refuses(Scheduler scheduler, String body, int status, String field) throws Exception {
        JsonNode error = post(scheduler, "/api/v1/migrations", body, status);
        assertThat(error.get("field").stringValue()).as(error.toString()).isEqualTo(field);
    }

    private JsonNode get(Scheduler scheduler, String path, int status) throws Exception {
        return answer(HttpRequest.newBuilder(uri(scheduler, path)).build(), status);
    }

    private JsonNode post(Scheduler scheduler, String path, String body, int status) throws Exception {
        var request = HttpRequest.newBuilder(uri(scheduler, path)).POST(HttpRequest.BodyPublishers.ofString(body));
        return answer(request.build(), status);
    }

    private JsonNode answer(HttpRequest request, int status) throws Exception {
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return DroverJson.mapper().readTree(response.body());
    }

    private int status(Scheduler scheduler, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(scheduler, path)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private String text(Scheduler scheduler, String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(scheduler, path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static URI uri(Scheduler scheduler, String path) {
        return URI.create("http://127.0.0.1:" + scheduler.httpAddress().getPort() + path);
    }
}
