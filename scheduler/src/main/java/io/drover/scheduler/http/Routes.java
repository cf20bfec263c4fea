package io.drover.scheduler.http;

import io.drover.messages.DecisionId;
import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.Verification;
import io.drover.messages.access.ApiRole;
import io.drover.messages.api.request.DefineVmRequest;
import io.drover.messages.api.request.LinkLimitRequest;
import io.drover.messages.api.request.MigrationRequest;
import io.drover.messages.command.Force;
import io.drover.messages.http.ApiResponse;
import io.drover.messages.text.CanonicalUuid;
import io.drover.scheduler.control.Identifiers;
import io.drover.scheduler.control.MigrateRequest;
import io.drover.scheduler.control.RefusedException;
import io.drover.scheduler.control.Requests;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.LinkLimit;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked over HTTP. Bodies and answers are the records of {@link io.drover.messages.api}. {@code POST
 * /migrations} takes a header {@code Idempotency-Key}: the same key is the same migration, however often it is sent;
 * with other arguments it is refused.
 */
public final class Routes {
    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 1000;
    private static final int KEY_MAX = 255;

    private final SchedulerStore store;
    private final Requests requests;
    private final Identifiers identifiers;
    private final Health health;
    private final Supplier<String> metrics;
    private final List<RouteGroup> more;

    /** {@code metrics} gives the text that Prometheus scrapes. */
    public Routes(
            SchedulerStore store,
            Requests requests,
            Identifiers identifiers,
            Health health,
            Supplier<String> metrics,
            List<RouteGroup> more) {
        this.store = store;
        this.requests = requests;
        this.identifiers = identifiers;
        this.health = health;
        this.metrics = metrics;
        this.more = List.copyOf(more);
    }

    List<Route> all() {
        return Stream.concat(own().stream(), more.stream().flatMap(group -> group.all().stream()))
                .toList();
    }

    private List<Route> own() {
        return List.of(
                Route.get(ApiRole.READ, "/api/v1/hosts", request -> list(store.hosts(), FleetDocuments::host)),
                Route.get(ApiRole.READ, "/api/v1/limits", request -> list(store.linkLimits(), FleetDocuments::limit)),
                Route.post(ApiRole.OPERATE, "/api/v1/hosts/{host}/limit", this::limit),
                Route.get(ApiRole.READ, "/api/v1/vms", request -> vms()),
                Route.get(ApiRole.READ, "/api/v1/vms/{vm}", request -> vm(200, requests.vm(request.variable("vm")))),
                Route.post(ApiRole.OPERATE, "/api/v1/vms", this::define),
                Route.command(
                        ApiRole.OPERATE, "/api/v1/vms/{vm}/start", request -> power(request, VmRecord.Power.RUNNING)),
                Route.command(
                        ApiRole.OPERATE, "/api/v1/vms/{vm}/stop", request -> power(request, VmRecord.Power.STOPPED)),
                Route.get(ApiRole.READ, "/api/v1/migrations", this::migrations, "open", "limit"),
                Route.get(ApiRole.READ, "/api/v1/migrations/{id}", this::migration),
                Route.post(ApiRole.OPERATE, "/api/v1/migrations", this::migrate),
                Route.command(ApiRole.OPERATE, "/api/v1/migrations/{id}/cancel", this::cancel),
                Route.get(ApiRole.READ, "/api/v1/decisions", this::decisions, "limit"),
                Route.get(ApiRole.READ, "/api/v1/decisions/{id}", this::decision),
                Route.get(ApiRole.READ, "/health", request -> ApiResponse.health(health.get())),
                Route.get(ApiRole.READ, "/metrics", request -> ApiResponse.prometheus(metrics.get())));
    }

    private static <R> ApiResponse list(List<R> rows, Function<R, ?> document) {
        return ApiResponse.json(200, rows.stream().map(document).toList());
    }

    private ApiResponse vms() {
        var seen = new HashMap<HostId, @Nullable Instant>();
        store.hosts().forEach(host -> seen.put(host.id(), host.lastSeen()));
        return list(store.vms(), vm -> FleetDocuments.vm(vm, seen.get(vm.owner())));
    }

    private ApiResponse vm(int status, VmRecord vm) {
        Instant seen = store.host(vm.owner()).map(HostRow::lastSeen).orElse(null);
        return ApiResponse.json(status, FleetDocuments.vm(vm, seen));
    }

    private ApiResponse define(ApiRequest request) throws ApiException, RefusedException {
        DefineVmRequest body = request.body(DefineVmRequest.class);
        return vm(201, requests.define(body.definition(), body.host()));
    }

    private ApiResponse power(ApiRequest request, VmRecord.Power power) throws RefusedException {
        return vm(202, requests.power(request.variable("vm"), power));
    }

    private ApiResponse limit(ApiRequest request) throws ApiException, RefusedException {
        Long wanted = request.body(LinkLimitRequest.class).bytesPerSecond();
        LinkLimit limit = requests.limitLink(request.variable("host"), wanted, request.by());
        return ApiResponse.json(202, FleetDocuments.limit(limit));
    }

    private ApiResponse migrations(ApiRequest request) throws ApiException {
        return list(
                store.migrations(request.flag("open"), request.whole("limit", LIMIT, LIMIT_MAX)),
                MigrationDocuments::summary);
    }

    private ApiResponse migration(ApiRequest request) throws ApiException, RefusedException {
        return ApiResponse.json(200, MigrationDocuments.migration(requests.migration(migrationId(request))));
    }

    private ApiResponse migrate(ApiRequest request) throws ApiException, RefusedException {
        MigrationRequest body = request.body(MigrationRequest.class);
        Map<DiskId, String> diskAlgorithms = body.diskAlgorithms();
        MigrationTask task = requests.migrate(new MigrateRequest(
                newMigration(request.idempotencyKey()),
                body.vm(),
                body.destination(),
                body.algorithm(),
                diskAlgorithms == null ? Map.of() : diskAlgorithms,
                null,
                body.reason(),
                Boolean.TRUE.equals(body.allowPull()),
                Objects.requireNonNullElse(body.baseImages(), List.of()),
                Objects.requireNonNullElse(body.verify(), Verification.READ_BACK),
                Force.why(body.force()),
                request.by()));
        return ApiResponse.json(202, MigrationDocuments.submitted(task));
    }

    private MigrationId newMigration(@Nullable String key) throws ApiException {
        if (key == null) {
            return identifiers.newMigration();
        }
        if (key.isBlank() || key.length() > KEY_MAX) {
            throw ApiException.invalid("Idempotency-Key", "must have 1 to " + KEY_MAX + " characters");
        }
        return Identifiers.migrationFor("http:" + key);
    }

    private ApiResponse cancel(ApiRequest request) throws ApiException, RefusedException {
        return ApiResponse.json(202, MigrationDocuments.cancel(requests.cancel(migrationId(request), request.by())));
    }

    private ApiResponse decisions(ApiRequest request) throws ApiException {
        return list(store.decisions(request.whole("limit", LIMIT, LIMIT_MAX)), BalancerDocuments::decision);
    }

    private ApiResponse decision(ApiRequest request) throws ApiException {
        DecisionId id = id(request, DecisionId::new);
        Decision decision = store.decision(id)
                .orElseThrow(() -> new ApiException(404, "unknown", "id", "no decision " + id + " is known"));
        return ApiResponse.json(200, BalancerDocuments.decision(decision));
    }

    private static MigrationId migrationId(ApiRequest request) throws ApiException {
        return id(request, MigrationId::new);
    }

    private static <T> T id(ApiRequest request, Function<UUID, T> type) throws ApiException {
        String text = request.variable("id");
        try {
            return type.apply(CanonicalUuid.parse(text));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("id", String.valueOf(e.getMessage()));
        }
    }
}
