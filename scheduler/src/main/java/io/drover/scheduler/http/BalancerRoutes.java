package io.drover.scheduler.http;

import io.drover.messages.DecisionId;
import io.drover.messages.access.ApiRole;
import io.drover.messages.api.BalancerDocument;
import io.drover.messages.api.request.ModeRequest;
import io.drover.messages.http.ApiResponse;
import io.drover.messages.text.CanonicalUuid;
import io.drover.scheduler.control.Balancer;
import io.drover.scheduler.control.BalancerMode;
import io.drover.scheduler.control.Plans;
import io.drover.schema.scheduler.PlanStore;
import io.drover.schema.scheduler.PlanStore.WantedMode;
import io.drover.schema.scheduler.StoredPlan;
import java.util.List;
import java.util.Optional;

/** What the balancer does with its decisions, and the plans that wait for a person. */
public final class BalancerRoutes implements RouteGroup {
    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 1000;

    private final PlanStore store;
    private final Balancer balancer;
    private final Plans plans;

    public BalancerRoutes(PlanStore store, Balancer balancer, Plans plans) {
        this.store = store;
        this.balancer = balancer;
        this.plans = plans;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.get(ApiRole.READ, "/api/v1/balancer", request -> state()),
                Route.post(ApiRole.ADMINISTER, "/api/v1/balancer", this::want),
                Route.get(ApiRole.READ, "/api/v1/plans", this::list, "limit"),
                Route.get(ApiRole.READ, "/api/v1/plans/{id}", request -> plan(plans.plan(id(request)))),
                Route.command(
                        ApiRole.OPERATE,
                        "/api/v1/plans/{id}/approve",
                        request -> plan(plans.approve(id(request), request.by()))),
                Route.command(
                        ApiRole.OPERATE,
                        "/api/v1/plans/{id}/reject",
                        request -> plan(plans.reject(id(request), request.by()))));
    }

    private ApiResponse state() {
        Optional<WantedMode> wanted = store.wantedMode();
        return ApiResponse.json(
                200,
                new BalancerDocument(
                        balancer.mode().wireName(),
                        balancer.configuredMode().wireName(),
                        wanted.map(WantedMode::setBy).orElse(null),
                        wanted.map(WantedMode::setAt).orElse(null)));
    }

    private ApiResponse want(ApiRequest request) throws ApiException {
        String mode = request.body(ModeRequest.class).mode();
        try {
            store.wantMode(mode == null ? null : BalancerMode.of(mode).wireName(), request.by());
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("mode", String.valueOf(e.getMessage()));
        }
        return state();
    }

    private ApiResponse list(ApiRequest request) throws ApiException {
        int limit = request.whole("limit", LIMIT, LIMIT_MAX);
        return ApiResponse.json(
                200, plans.newest(limit).stream().map(BalancerDocuments::plan).toList());
    }

    private static ApiResponse plan(StoredPlan plan) {
        return ApiResponse.json(200, BalancerDocuments.plan(plan));
    }

    private static DecisionId id(ApiRequest request) throws ApiException {
        String text = request.variable("id");
        try {
            return new DecisionId(CanonicalUuid.parse(text));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("id", String.valueOf(e.getMessage()));
        }
    }
}
