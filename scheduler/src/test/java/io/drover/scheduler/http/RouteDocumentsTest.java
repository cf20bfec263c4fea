package io.drover.scheduler.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.messages.api.BalancerDocument;
import io.drover.messages.api.CancelAnswer;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.HealthDocument;
import io.drover.messages.api.HostDocument;
import io.drover.messages.api.LabelsAnswer;
import io.drover.messages.api.LabelsDocument;
import io.drover.messages.api.LinkLimitDocument;
import io.drover.messages.api.LoadHistoryDocument;
import io.drover.messages.api.MigrationAnswer;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.api.PlanDocument;
import io.drover.messages.api.TakeoverAnswer;
import io.drover.messages.api.TokenAnswer;
import io.drover.messages.api.TokenDocument;
import io.drover.messages.api.VmDocument;
import io.drover.messages.api.request.DefineVmRequest;
import io.drover.messages.api.request.LabelsRequest;
import io.drover.messages.api.request.LinkLimitRequest;
import io.drover.messages.api.request.MigrationRequest;
import io.drover.messages.api.request.ModeRequest;
import io.drover.messages.api.request.TakeoverRequest;
import io.drover.messages.api.request.TokenRequest;
import io.drover.messages.http.ApiResponse;
import io.drover.messages.json.DroverJson;
import io.drover.scheduler.control.Core;
import io.drover.scheduler.control.RefusedException;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.memory.MemoryAccessStore;
import io.drover.schema.scheduler.LoadHistory;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.StoredPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Every route answers a record of {@code messages.api}: all of it and nothing else. A new route has to be asked here, and
 * then stands in {@code docs/openapi.json}.
 */
class RouteDocumentsTest {
    private static final LabelsRequest LABELS = new LabelsRequest(Map.of("team", "shop"), List.of("old"));

    private static final Path OPEN_API = Path.of("../docs/openapi.json");

    private final OpenApiDocument openApi = new OpenApiDocument();
    private final Core core = new Core();
    private final List<Route> routes = CoreRoutes.of(core, new MemoryAccessStore(core.clock), Optional::empty)
            .all();
    private final List<Route> notAsked = new ArrayList<>(routes);

    @BeforeEach
    void measured() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
    }

    @Test
    void everyRouteAnswersADocument() throws Exception {
        hosts();
        vms();
        balancer();
        migrations();
        tokens();

        assertThat(notAsked).extracting(Route::pattern).containsExactly(List.of("metrics"));
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(OPEN_API, openApi.json());
        }
        assertThat(Files.readString(OPEN_API))
                .as("rewrite with -Dgolden.update=true")
                .isEqualTo(openApi.json());
    }

    private void hosts() throws Exception {
        assertThat(list("/api/v1/hosts", HostDocument.class)).hasSize(3);
        post("/api/v1/hosts/h1/limit", new LinkLimitRequest(1_000_000L), LinkLimitDocument.class);
        assertThat(list("/api/v1/limits", LinkLimitDocument.class)).hasSize(3);
        post("/api/v1/hosts/h3/labels", LABELS, LabelsAnswer.class);
        post("/api/v1/hosts/h3/drain", null, LabelsAnswer.class);
        post("/api/v1/hosts/h3/undrain", null, LabelsAnswer.class);
        post("/api/v1/hosts/h3/takeover", new TakeoverRequest("new mainboard", "anna"), TakeoverAnswer.class);
        get("/health", HealthDocument.class);
    }

    private void vms() throws Exception {
        var vm = FakeFleet.definition(new VmId(new UUID(0, 9)), "new");
        post("/api/v1/vms", new DefineVmRequest(vm, FakeFleet.H2), VmDocument.class);
        post("/api/v1/vms/new/start", null, VmDocument.class);
        post("/api/v1/vms/new/stop", null, VmDocument.class);
        assertThat(list("/api/v1/vms", VmDocument.class)).contains(get("/api/v1/vms/new", VmDocument.class));
        post("/api/v1/vms/new/labels", LABELS, LabelsAnswer.class);
        assertThat(get("/api/v1/labels", LabelsDocument.class).of(vm.id())).containsEntry("team", "shop");
        var slots = Map.of("since", "2026-11-22T17:00:00Z", "until", "2026-11-22T17:10:00Z");
        Answer load = answer("GET", "/api/v1/telemetry", slots, "");
        openApi.add(load.route(), null, 200, LoadHistoryDocument.class, false);
        assertThat(decoded(load.body(), LoadHistoryDocument.class).slotSeconds())
                .isEqualTo(LoadHistoryDocument.SLOT_SECONDS)
                .isEqualTo(LoadHistory.SLOT_SECONDS);
    }

    private void balancer() throws Exception {
        post("/api/v1/balancer", new ModeRequest("recommend"), BalancerDocument.class);
        get("/api/v1/balancer", BalancerDocument.class);
        var first = new DecisionId(new UUID(7, 1));
        core.balancer.balance(first);
        String plan = "/api/v1/plans/" + first;
        assertThat(list("/api/v1/plans", PlanDocument.class)).containsExactly(get(plan, PlanDocument.class));
        post(plan + "/reject", null, PlanDocument.class);
        post("/api/v1/plans/" + proposedAgain(first) + "/approve", null, PlanDocument.class);
        DecisionDocument decision = get("/api/v1/decisions/" + first, DecisionDocument.class);
        assertThat(decision.refused()).isNotEmpty();
        assertThat(list("/api/v1/decisions", DecisionDocument.class)).contains(decision);
    }

    private DecisionId proposedAgain(DecisionId first) throws RefusedException {
        var id = new DecisionId(new UUID(7, 2));
        StoredPlan plan = core.plans.plan(first);
        var decision = new Decision(id, plan.at(), "drover", plan.sentence(), "", "[]", List.of(), null);
        core.store.propose(decision, StoredPlan.State.WAITING, plan.moves(), plan.expiresAt());
        return id;
    }

    private void migrations() throws Exception {
        MigrationRequest request =
                new MigrationRequest("db", new HostId("h2"), null, null, "maintenance", null, null, null, null);
        String id = "/api/v1/migrations/"
                + post("/api/v1/migrations", request, MigrationAnswer.class).id();
        assertThat(list("/api/v1/migrations", MigrationSummary.class))
                .contains(get(id, MigrationDocument.class).migration());
        post(id + "/cancel", null, CancelAnswer.class);
    }

    private void tokens() throws Exception {
        var request = new TokenRequest("console", "operate", core.clock.now().plusSeconds(60));
        TokenDocument made = post("/api/v1/tokens", request, TokenAnswer.class).token();
        assertThat(list("/api/v1/tokens", TokenDocument.class)).containsExactly(made);
        assertThat(post("/api/v1/tokens/console/revoke", null, TokenDocument.class))
                .isEqualTo(made);
    }

    private <T> T get(String path, Class<T> type) throws Exception {
        Answer answer = answer("GET", path, Map.of(), "");
        openApi.add(answer.route(), null, answer.status(), type, false);
        return decoded(answer.body(), type);
    }

    private <T> List<T> list(String path, Class<T> type) throws Exception {
        Answer answer = answer("GET", path, Map.of(), "");
        openApi.add(answer.route(), null, answer.status(), type, true);
        JsonNode documents = DroverJson.mapper().readTree(answer.body());
        return documents
                .valueStream()
                .map(document -> decoded(document.toString(), type))
                .toList();
    }

    private <T> T post(String path, @Nullable Record request, Class<T> type) throws Exception {
        String body = request == null ? "" : DroverJson.mapper().writeValueAsString(request);
        Answer answer = answer("POST", path, Map.of(), body);
        openApi.add(answer.route(), request == null ? null : request.getClass(), answer.status(), type, false);
        return decoded(answer.body(), type);
    }

    /** Strictly, and without loss. */
    private static <T> T decoded(String answer, Class<T> type) {
        T document = DroverJson.strict().readValue(answer, type);
        assertThat(DroverJson.mapper().writeValueAsString(document)).isEqualTo(answer.strip());
        return document;
    }

    private record Answer(Route route, int status, String body) {}

    private Answer answer(String method, String path, Map<String, String> query, String body) throws Exception {
        for (Route route : routes) {
            Optional<Map<String, String>> variables = route.match(Route.segments(path));
            if (variables.isPresent() && route.method().equals(method)) {
                notAsked.remove(route);
                var request = new ApiRequest(variables.get(), query, null, body, "anna");
                ApiResponse response = route.handler().handle(request);
                return new Answer(route, response.status(), response.body());
            }
        }
        throw new AssertionError("no route " + method + " " + path);
    }
}
