package io.drover.scheduler.http;

import io.drover.messages.DecisionId;
import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.Verification;
import io.drover.messages.VmDefinition;
import io.drover.messages.command.Force;
import io.drover.messages.text.CanonicalUuid;
import io.drover.scheduler.control.Identifiers;
import io.drover.scheduler.control.MigrateRequest;
import io.drover.scheduler.control.RefusedException;
import io.drover.scheduler.control.Requests;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What can be asked over HTTP. Documents are the records of {@link SchedulerStore} in JSON; a list is an array, newest
 * first where it has a time. {@code POST /migrations} takes a header {@code Idempotency-Key}: the same key is the same
 * migration, however often it is sent; with other arguments it is refused.
 */
public final class Routes {
    private static final String REQUESTED_BY = "http";
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
                Route.get("/api/v1/hosts", request -> ok(store.hosts())),
                Route.get("/api/v1/limits", request -> ok(store.linkLimits())),
                Route.post("/api/v1/hosts/{host}/limit", this::limit),
                Route.get("/api/v1/vms", request -> ok(store.vms())),
                Route.get("/api/v1/vms/{vm}", request -> ok(requests.vm(request.variable("vm")))),
                Route.post("/api/v1/vms", this::define),
                Route.command("/api/v1/vms/{vm}/start", request -> power(request, VmRecord.Power.RUNNING)),
                Route.command("/api/v1/vms/{vm}/stop", request -> power(request, VmRecord.Power.STOPPED)),
                Route.get("/api/v1/migrations", this::migrations, "open", "limit"),
                Route.get("/api/v1/migrations/{id}", request -> ok(requests.migration(migrationId(request)))),
                Route.post("/api/v1/migrations", this::migrate),
                Route.command("/api/v1/migrations/{id}/cancel", this::cancel),
                Route.get("/api/v1/decisions", this::decisions, "limit"),
                Route.get("/api/v1/decisions/{id}", this::decision),
                Route.get("/health", request -> health.response()),
                Route.get("/metrics", request -> ApiResponse.prometheus(metrics.get())));
    }

    /** Body of {@code POST /vms}. */
    record DefineBody(VmDefinition definition, HostId host) {}

    /** Body of {@code POST /migrations}; {@code vm} is an id or a name, all else may be left out. */
    record MigrateBody(
            String vm,
            @Nullable HostId destination,
            @Nullable String algorithm,
            @Nullable Map<DiskId, String> diskAlgorithms,
            @Nullable String reason,
            @Nullable Boolean allowPull,
            @Nullable List<ImageName> baseImages,
            @Nullable Verification verify,
            @Nullable Force force) {}

    /** Body of {@code POST /hosts/{host}/limit}; without a figure the limit is cleared. */
    record LimitBody(@Nullable Long bytesPerSecond) {}

    /** Answer of {@code POST /migrations}. */
    record Accepted(MigrationId id, MigrationTask task) {}

    /** Answer of {@code POST /migrations/{id}/cancel}: {@code requested} or {@code cancelled}. */
    record Cancelled(String result) {
        static Cancelled of(CancelResult result) {
            return new Cancelled(result.name().toLowerCase(Locale.ROOT));
        }
    }

    private static ApiResponse ok(Object document) {
        return ApiResponse.json(200, document);
    }

    private ApiResponse define(ApiRequest request) throws ApiException, RefusedException {
        DefineBody body = request.body(DefineBody.class);
        return ApiResponse.json(201, requests.define(body.definition(), body.host()));
    }

    private ApiResponse power(ApiRequest request, VmRecord.Power power) throws RefusedException {
        return ApiResponse.json(202, requests.power(request.variable("vm"), power));
    }

    private ApiResponse limit(ApiRequest request) throws ApiException, RefusedException {
        Long wanted = request.body(LimitBody.class).bytesPerSecond();
        return ApiResponse.json(202, requests.limitLink(request.variable("host"), wanted, REQUESTED_BY));
    }

    private ApiResponse migrations(ApiRequest request) throws ApiException {
        return ok(store.migrations(request.flag("open"), request.whole("limit", LIMIT, LIMIT_MAX)));
    }

    private ApiResponse migrate(ApiRequest request) throws ApiException, RefusedException {
        MigrateBody body = request.body(MigrateBody.class);
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
                REQUESTED_BY));
        return ApiResponse.json(202, new Accepted(task.id(), task));
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
        return ApiResponse.json(202, Cancelled.of(requests.cancel(migrationId(request), REQUESTED_BY)));
    }

    private ApiResponse decisions(ApiRequest request) throws ApiException {
        return ok(store.decisions(request.whole("limit", LIMIT, LIMIT_MAX)));
    }

    private ApiResponse decision(ApiRequest request) throws ApiException {
        DecisionId id = id(request, DecisionId::new);
        return ok(store.decision(id)
                .orElseThrow(() -> new ApiException(404, "unknown", "id", "no decision " + id + " is known")));
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
