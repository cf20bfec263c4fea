package io.drover.scheduler.http;

import io.drover.messages.HostId;
import io.drover.messages.access.ApiRole;
import io.drover.messages.api.LabelsAnswer;
import io.drover.messages.api.TakeoverAnswer;
import io.drover.messages.api.request.LabelsRequest;
import io.drover.messages.api.request.TakeoverRequest;
import io.drover.messages.http.ApiResponse;
import io.drover.scheduler.control.LabelChange;
import io.drover.scheduler.control.Labelling;
import io.drover.scheduler.control.RefusedException;
import io.drover.schema.scheduler.LoadHistory;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.TelemetryHistory;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the fleet's load was, and what operators say about hosts and VMs. {@code GET
 * /telemetry?since=INSTANT&until=INSTANT} answers the whole slots from the one that holds {@code since}
 * to the one before {@code until}.
 */
public final class FleetRoutes implements RouteGroup {
    /** Of a fleet of 20,000 VMs about ten megabytes. */
    private static final Duration SPAN_MAX = Duration.ofHours(6);

    /** The year 10000, which PostgreSQL still knows. */
    private static final long SECONDS_MAX = 253_402_300_800L;

    private final TelemetryHistory history;
    private final SchedulerStore store;
    private final Labelling labelling;

    public FleetRoutes(TelemetryHistory history, SchedulerStore store) {
        this.history = history;
        this.store = store;
        this.labelling = new Labelling(store);
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.get(ApiRole.READ, "/api/v1/telemetry", this::load, "since", "until"),
                Route.get(
                        ApiRole.READ,
                        "/api/v1/labels",
                        request -> ApiResponse.json(200, FleetDocuments.labels(store.labels()))),
                Route.post(ApiRole.OPERATE, "/api/v1/vms/{vm}/labels", this::labelVm),
                Route.post(ApiRole.OPERATE, "/api/v1/hosts/{host}/labels", this::labelHost),
                Route.post(ApiRole.ADMINISTER, "/api/v1/hosts/{host}/takeover", this::takeOver),
                Route.command(
                        ApiRole.OPERATE,
                        "/api/v1/hosts/{host}/drain",
                        request -> labels(labelling.drain(host(request)))),
                Route.command(
                        ApiRole.OPERATE,
                        "/api/v1/hosts/{host}/undrain",
                        request -> labels(labelling.undrain(host(request)))));
    }

    private ApiResponse takeOver(ApiRequest request) throws ApiException, RefusedException {
        HostId host = host(request);
        TakeoverRequest body = request.body(TakeoverRequest.class);
        String from = store.takeOver(host, Objects.requireNonNullElse(body.by(), request.by()), body.reason())
                .orElseThrow(() -> new RefusedException(
                        RefusedException.Kind.UNKNOWN, "host", "no worker ever spoke for host " + host));
        return ApiResponse.json(200, new TakeoverAnswer(host, from));
    }

    private ApiResponse labelVm(ApiRequest request) throws ApiException, RefusedException {
        return labels(labelling.vm(request.variable("vm"), change(request)));
    }

    private ApiResponse labelHost(ApiRequest request) throws ApiException, RefusedException {
        LabelChange change = change(request);
        return labels(labelling.host(host(request), change));
    }

    private static LabelChange change(ApiRequest request) throws ApiException {
        LabelsRequest body = request.body(LabelsRequest.class);
        return new LabelChange(
                Objects.requireNonNullElse(body.set(), Map.of()),
                new HashSet<>(Objects.requireNonNullElse(body.remove(), List.of())));
    }

    private static ApiResponse labels(Map<String, String> labels) {
        return ApiResponse.json(200, new LabelsAnswer(labels));
    }

    private static HostId host(ApiRequest request) throws ApiException {
        try {
            return new HostId(request.variable("host"));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid("host", String.valueOf(e.getMessage()));
        }
    }

    private ApiResponse load(ApiRequest request) throws ApiException {
        Instant since = slot(request, "since");
        Instant until = slot(request, "until");
        Duration span = Duration.between(since, until);
        if (!span.isPositive() || span.compareTo(SPAN_MAX) > 0) {
            throw ApiException.invalid(
                    "until",
                    "must be a slot of " + LoadHistory.SLOT_SECONDS + " seconds to " + SPAN_MAX.toHours()
                            + " hours after since");
        }
        return ApiResponse.json(200, FleetDocuments.load(history.load(since, until)));
    }

    private static Instant slot(ApiRequest request, String name) throws ApiException {
        String text = request.query().get(name);
        if (text == null) {
            throw ApiException.invalid(name, "missing; for example 2026-11-22T18:00:00Z");
        }
        try {
            long seconds = Instant.parse(text).getEpochSecond();
            if (seconds >= 0 && seconds < SECONDS_MAX) {
                return Instant.ofEpochSecond(seconds - seconds % LoadHistory.SLOT_SECONDS);
            }
        } catch (DateTimeParseException e) {
            // Said below, as for an instant that no clock shows.
        }
        throw ApiException.invalid(name, "'" + text + "' is no instant such as 2026-11-22T18:00:00Z");
    }
}
