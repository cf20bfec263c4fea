package io.drover.scheduler.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.http.HttpServer;
import io.drover.messages.json.DroverJson;
import io.drover.scheduler.control.Core;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.memory.MemoryAccessStore;
import io.drover.schema.scheduler.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class HttpApiTest {
    private static final String DEFINITION = """
        {"id": "00000000-0000-4000-8000-000000000077", "name": "new", "vcpus": 1, "memory_bytes": 268435456,
         "machine": "pc-q35-7.2", "cpu_model": "qemu64", "network_cards": 0,
         "disks": [{"id": "data", "role": "data", "image": "new.img"}]}\
        """;

    private final Core core = new Core();
    private final MemoryAccessStore access = new MemoryAccessStore(core.clock);
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable String brokerTrouble;
    private HttpServer api = start();

    @BeforeEach
    void measured() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
    }

    @AfterEach
    void stop() {
        api.close();
        client.close();
    }

    @Test
    void listsWhatThereIs() {
        assertThat(get("/hosts", 200)).hasSize(3);
        assertThat(get("/hosts", 200).get(0).get("id").stringValue()).isEqualTo("h1");
        assertThat(get("/vms", 200)).hasSize(3);
        assertThat(get("/vms/web-2", 200)).isEqualTo(get("/vms/" + FakeFleet.WEB_2, 200));
        assertThat(get("/migrations", 200)).isEmpty();
        assertThat(get("/decisions", 200)).isEmpty();
    }

    @Test
    void submitsShowsAndCancelsAMigration() {
        JsonNode accepted = post("/migrations", "{\"vm\":\"web-2\",\"destination\":\"h3\"}", 202);
        String id = accepted.get("id").stringValue();

        assertThat(accepted.at("/task/destination").stringValue()).isEqualTo("h3");
        assertThat(get("/migrations/" + id, 200).at("/migration/state").stringValue())
                .isEqualTo("queued");
        assertThat(get("/migrations?open=true&limit=5", 200)).hasSize(1);
        assertThat(post("/migrations/" + id + "/cancel", "", 202).get("result").stringValue())
                .isEqualTo("cancelled");

        var task = core.task(MigrationId.parse(id));
        FakeFleet.put(core.database, task, MigrationState.COMPLETED, core.clock.now(), core.clock.now());
        assertThat(get("/migrations?open=true", 200)).isEmpty();
        JsonNode late = post("/migrations/" + id + "/cancel", "", 409);
        assertThat(late.get("code").stringValue()).isEqualTo("too_late");
    }

    @Test
    void choosesADestination() {
        assertThat(post("/migrations", "{\"vm\":\"web-1\"}", 202)
                        .at("/task/destination")
                        .stringValue())
                .isEqualTo("h2");
    }

    @Test
    void anIdempotencyKeyIsOneMigration() {
        String body = "{\"vm\":\"web-2\",\"destination\":\"h3\"}";
        JsonNode first =
                send(request("/migrations").header("Idempotency-Key", "k1").POST(text(body)), 202);
        JsonNode second =
                send(request("/migrations").header("Idempotency-Key", "k1").POST(text(body)), 202);
        assertThat(second).isEqualTo(first);

        JsonNode other =
                send(request("/migrations").header("Idempotency-Key", "k1").POST(text("{\"vm\":\"web-1\"}")), 409);
        assertThat(other.get("field").stringValue()).isEqualTo("id");
        send(request("/migrations").header("Idempotency-Key", "k".repeat(256)).POST(text(body)), 400);
        assertThat(core.migrations()).hasSize(1);
    }

    @Test
    void definesStartsAndStopsAVm() {
        JsonNode vm = post("/vms", "{\"host\":\"h2\",\"definition\":" + DEFINITION + "}", 201);
        assertThat(vm.get("owner").stringValue()).isEqualTo("h2");
        assertThat(post("/vms/new/start", "", 202).get("wanted_power").stringValue())
                .isEqualToIgnoringCase("running");
        assertThat(post("/vms/new/stop", "", 202).get("wanted_power").stringValue())
                .isEqualToIgnoringCase("stopped");
    }

    @Test
    void showsDecisions() {
        var decision = core.requests.rebalance(new DecisionId(new UUID(1, 2)), "anna");

        assertThat(get("/decisions", 200)).hasSize(1);
        assertThat(get("/decisions/" + decision.id(), 200).get("sentence").stringValue())
                .isEqualTo(decision.sentence());
    }

    @Test
    void showsTheLoadInWholeSlots() {
        JsonNode history = get("/telemetry?since=2026-11-22T17:01:30Z&until=2026-11-22T17:14:59Z", 200);

        assertThat(history.get("since").stringValue()).isEqualTo("2026-11-22T17:00:00Z");
        assertThat(history.get("slots").intValue()).isEqualTo(2);
        JsonNode cpuCores = history.at("/vms/0/cpu_cores");
        assertThat(cpuCores.get(0).doubleValue()).isEqualTo(0.5);
        assertThat(cpuCores.get(1).isNull()).isTrue();
    }

    @Test
    void labelsAndDrains() {
        post("/vms/web-1/labels", "{\"set\":{\"drover.pin\":\"h1,h2\",\"team\":\"shop\"}}", 200);
        JsonNode left = post("/vms/" + FakeFleet.WEB_1 + "/labels", "{\"remove\":[\"team\",\"none\"]}", 200);
        assertThat(left.get("labels").toString()).isEqualTo("{\"drover.pin\":\"h1,h2\"}");
        post("/hosts/h2/labels", "{\"set\":{\"drover.cpu-model\":\"Skylake\"}}", 200);
        JsonNode drained = post("/hosts/h2/drain", "{}", 200);
        assertThat(drained.at("/labels/drover.maintenance").stringValue()).isEqualTo("always");

        JsonNode all = get("/labels", 200);
        assertThat(all.at("/vms/" + FakeFleet.WEB_1 + "/drover.pin").stringValue())
                .isEqualTo("h1,h2");
        assertThat(all.at("/hosts/h2")).hasSize(2);
        var snapshot = core.snapshots.build(core.clock.now());
        assertThat(snapshot.vm(FakeFleet.WEB_1).orElseThrow().labels())
                .containsExactly(Map.entry("drover.pin", "h1,h2"));
        assertThat(snapshot.host(FakeFleet.H2).orElseThrow().labels())
                .containsEntry("drover.maintenance", "always")
                .containsEntry("drover.cpu-model", "Skylake");
        assertThat(post("/hosts/h2/undrain", "{}", 200).get("labels")).hasSize(1);
    }

    @Test
    void aPersonTakesAHostOver() {
        JsonNode taken = post("/hosts/h2/takeover", "{\"reason\":\"new mainboard\",\"by\":\"alice\"}", 200);
        assertThat(taken.get("taken_from").stringValue()).contains("on machine machine");
    }

    @Test
    void setsTheModeAndApprovesAPlan() {
        assertThat(get("/balancer", 200).get("mode").stringValue()).isEqualTo("automatic");
        JsonNode set = post("/balancer", "{\"mode\":\"recommend\"}", 200);
        assertThat(set.get("mode").stringValue()).isEqualTo("recommend");
        assertThat(set.get("configured").stringValue()).isEqualTo("automatic");
        core.balancer.balance(new DecisionId(new UUID(1, 3)));
        assertThat(get("/plans?limit=5", 200)).hasSize(1);
        String id = get("/plans", 200).get(0).get("decision").stringValue();
        assertThat(get("/plans/" + id, 200).get("state").stringValue()).isEqualTo("waiting");
        assertThat(core.migrations()).isEmpty();

        assertThat(post("/plans/" + id + "/approve", "{}", 200).get("state").stringValue())
                .isEqualTo("approved");
        assertThat(post("/plans/" + id + "/reject", "{}", 409).get("code").stringValue())
                .isEqualTo("conflict");
        assertThat(core.migrations()).hasSize(1);
        assertThat(post("/balancer", "{}", 200).get("mode").stringValue()).isEqualTo("automatic");
    }

    static Stream<Arguments> badBodies() {
        return Stream.of(
                Arguments.of("/balancer", "{\"mode\":\"sometimes\"}", 400, "mode"),
                Arguments.of("/plans/nonsense/approve", "{}", 400, "id"),
                Arguments.of("/plans/" + new UUID(8, 8) + "/approve", "{}", 404, "id"),
                Arguments.of("/plans/" + new UUID(8, 8) + "/reject", "{}", 404, "id"),
                Arguments.of("/vms/none/labels", "{}", 404, "vm"),
                Arguments.of("/vms/web-1/labels", "{\"set\":{\"drover.pin\":\"h9\"}}", 400, "drover.pin"),
                Arguments.of("/vms/web-1/labels", "{\"set\":{\"drover.colour\":\"red\"}}", 400, "drover.colour"),
                Arguments.of("/vms/web-1/labels", "{\"set\":{\"Team\":\"red\"}}", 400, "set"),
                Arguments.of("/vms/web-1/labels", "{\"set\":{\"team\":null}}", 400, "set.team"),
                Arguments.of("/hosts/h9/labels", "{}", 404, "host"),
                Arguments.of("/hosts/h9/drain", "{}", 404, "host"),
                Arguments.of("/hosts/H%201/drain", "{}", 400, "host"),
                Arguments.of("/hosts/h9/takeover", "{\"reason\":\"gone\"}", 404, "host"),
                Arguments.of("/hosts/h1/takeover", "{\"reason\":\" \"}", 400, "body"),
                Arguments.of("/hosts/h1/takeover", "{}", 400, "reason"),
                Arguments.of("/hosts/h1/labels", "{\"set\":{\"drover.pin\":\"h1\"}}", 400, "drover.pin"),
                Arguments.of(
                        "/hosts/h1/labels",
                        "{\"set\":{\"drover.maintenance\":\"sometimes\"}}",
                        400,
                        "drover.maintenance"),
                Arguments.of("/migrations", "", 400, "body"),
                Arguments.of("/migrations", "{", 400, "body"),
                Arguments.of("/migrations", "[]", 400, "body"),
                Arguments.of("/migrations", "{}", 400, "vm"),
                Arguments.of("/migrations", "{\"vm\":7.5,\"to\":\"h3\"}", 400, "vm"),
                Arguments.of("/migrations", "{\"vm\":\"web-2\",\"colour\":\"red\"}", 400, "colour"),
                Arguments.of("/migrations", "{\"vm\":\"web-2\",\"destination\":\"H 3\"}", 400, "destination"),
                Arguments.of("/migrations", "{\"vm\":\"web-2\",\"algorithm\":\"Pre Copy\"}", 400, "algorithm"),
                Arguments.of("/migrations", "{\"vm\":\"none\"}", 404, "vm"),
                Arguments.of("/migrations", "{\"vm\":\"web-2\",\"destination\":\"h9\"}", 404, "destination"),
                Arguments.of("/migrations", "{\"vm\":\"web-2\",\"destination\":\"h1\"}", 422, "destination"),
                Arguments.of("/migrations/nonsense/cancel", "", 400, "id"),
                Arguments.of("/migrations/" + new UUID(8, 8) + "/cancel", "", 404, "id"),
                Arguments.of("/vms", "{\"host\":\"h2\"}", 400, "definition"),
                Arguments.of("/vms", "{\"host\":\"h9\",\"definition\":" + DEFINITION + "}", 404, "host"),
                Arguments.of(
                        "/vms",
                        "{\"host\":\"h2\",\"definition\":" + DEFINITION.replace("pc-q35-7.2", "q35") + "}",
                        400,
                        "definition"),
                Arguments.of(
                        "/vms",
                        "{\"host\":\"h2\",\"definition\":" + DEFINITION.replace("\"role\"", "\"part\": 1, \"role\"")
                                + "}",
                        400,
                        "definition.disks.part"),
                Arguments.of(
                        "/vms",
                        "{\"host\":\"h2\",\"definition\":" + DEFINITION.replace("\"new\"", "\"db\"") + "}",
                        409,
                        "name"),
                Arguments.of("/vms/none/start", "", 404, "vm"),
                Arguments.of("/nothing", "", 404, "path"));
    }

    @ParameterizedTest
    @MethodSource("badBodies")
    void refusesBadInputByNameAndChangesNothing(String path, String body, int status, String field) {
        int vms = core.store.vms().size();

        JsonNode error = post(path, body, status);

        assertThat(error.get("field").stringValue()).isEqualTo(field);
        assertThat(error.get("message").stringValue()).isNotBlank();
        assertThat(error.get("code").stringValue()).isNotBlank();
        assertThat(core.migrations()).isEmpty();
        assertThat(core.store.vms()).hasSize(vms);
        assertThat(core.store.labels()).isEqualTo(Labels.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "/migrations?open=maybe, 400, open",
        "/migrations?limit=0, 400, limit",
        "/migrations?limit=many, 400, limit",
        "/migrations?colour=red, 400, colour",
        "/migrations?open=true&open=true, 400, open",
        "/hosts?open=true, 400, open",
        "/migrations/nonsense, 400, id",
        "/migrations/00000000-0000-4000-8000-000000000001, 404, id",
        "/decisions/00000000-0000-4000-8000-000000000001, 404, id",
        "/vms/none, 404, vm",
        "/telemetry?until=2026-11-22T17:14:59Z, 400, since",
        "/telemetry?since=2026-11-22T17:00:00Z, 400, until",
        "/telemetry?since=yesterday&until=2026-11-22T17:00:00Z, 400, since",
        "/telemetry?since=2026-11-22T17:00:00Z&until=2026-11-22T17:04:59Z, 400, until",
        "/telemetry?since=2026-11-22T17:00:00Z&until=2026-11-22T16:00:00Z, 400, until",
        "/telemetry?since=2026-11-22T17:00:00Z&until=2026-11-22T23:05:00Z, 400, until",
    })
    void refusesBadQuestions(String path, int status, String field) {
        assertThat(get(path, status).get("field").stringValue()).isEqualTo(field);
    }

    @Test
    void refusesAVmThatIsBeingMoved() {
        post("/migrations", "{\"vm\":\"web-2\",\"destination\":\"h3\"}", 202);

        JsonNode error = post("/migrations", "{\"vm\":\"web-2\",\"destination\":\"h2\"}", 409);

        assertThat(error.get("field").stringValue()).isEqualTo("vm");
    }

    @Test
    void boundsABody() {
        JsonNode error = post("/migrations", "{\"vm\":\"" + "x".repeat(1 << 20) + "\"}", 413);

        assertThat(error.get("field").stringValue()).isEqualTo("body");
    }

    @Test
    void refusesOtherMethodsAndPagesOfBrowsers() {
        send(request("/migrations").DELETE(), 405);
        send(request("/migrations").header("Origin", "http://elsewhere").POST(text("{\"vm\":\"web-2\"}")), 403);
        assertThat(core.migrations()).isEmpty();
    }

    @Test
    void saysThatTheDatabaseIsAway() {
        core.line.available = false;

        assertThat(get("/hosts", 503).get("code").stringValue()).isEqualTo("unavailable");
        JsonNode health = body("/health", 503);
        assertThat(health.at("/database/status").stringValue()).isEqualTo("down");
        assertThat(health.at("/broker/status").stringValue()).isEqualTo("up");
    }

    @Test
    void saysThatTheBrokerIsAway() {
        assertThat(body("/health", 200).get("status").stringValue()).isEqualTo("up");
        brokerTrouble = "RabbitMQ takes no messages: low on memory";
        JsonNode blocked = body("/health", 503);
        assertThat(blocked.at("/broker/status").stringValue()).isEqualTo("down");
        assertThat(blocked.at("/broker/message").stringValue()).isEqualTo(brokerTrouble);
    }

    /** Local users reach it, and command the fleet: docs/operating/security.md says so, "Who is trusted with what". */
    @Test
    @Tag("attack")
    @DisplayName("S7: the API that asks nobody for a name listens where local users alone reach it")
    void refusesToListenWhereOthersReachIt() throws IOException {
        var everywhere = new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpSettings.open(everywhere))
                .withMessageContaining("http.address")
                .withMessageContaining("loopback");
    }

    @Test
    void whatChangesSomethingIsWrittenDown() {
        get("/hosts", 200);
        post("/hosts/h2/drain", "{}", 200);
        post("/hosts/h9/drain", "{}", 404);
        assertThat(access.audit())
                .extracting(audited -> audited.entry().caller() + " "
                        + audited.entry().address() + " " + audited.entry().path() + " " + audited.status())
                .containsExactly(
                        "http 127.0.0.1 /api/v1/hosts/h2/drain 200", "http 127.0.0.1 /api/v1/hosts/h9/drain 404");
    }

    private HttpServer start() {
        try {
            return HttpApi.start(
                    HttpSettings.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                    routes(),
                    access,
                    core.clock);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Routes routes() {
        return CoreRoutes.of(core, access, () -> Optional.ofNullable(brokerTrouble));
    }

    private JsonNode get(String path, int status) {
        return send(request(path).GET(), status);
    }

    private JsonNode post(String path, String body, int status) {
        return send(request(path).POST(text(body)), status);
    }

    private JsonNode body(String path, int status) {
        return send(HttpRequest.newBuilder(uri(path)).GET(), status);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri("/api/v1" + path));
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + api.address().getPort() + path);
    }

    private static HttpRequest.BodyPublisher text(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    private JsonNode send(HttpRequest.Builder request, int status) {
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
            return DroverJson.mapper().readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
