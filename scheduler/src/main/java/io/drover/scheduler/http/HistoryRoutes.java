package io.drover.scheduler.http;

import io.drover.schema.scheduler.LoadHistory;
import io.drover.schema.scheduler.TelemetryHistory;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;

/**
 * {@code GET /telemetry?since=INSTANT&until=INSTANT}: a {@link LoadHistory} of the whole slots from the one that holds
 * {@code since} to the one before {@code until}.
 */
public final class HistoryRoutes {
    /** Of a fleet of 20,000 machines about ten megabytes. */
    private static final Duration SPAN_MAX = Duration.ofHours(6);

    /** The year 10000, which PostgreSQL still knows. */
    private static final long SECONDS_MAX = 253_402_300_800L;

    private final TelemetryHistory history;

    public HistoryRoutes(TelemetryHistory history) {
        this.history = history;
    }

    Route route() {
        return Route.get("/api/v1/telemetry", this::load);
    }

    private ApiResponse load(ApiRequest request) throws ApiException {
        request.onlyQuery(Set.of("since", "until"));
        Instant since = slot(request, "since");
        Instant until = slot(request, "until");
        Duration span = Duration.between(since, until);
        if (!span.isPositive() || span.compareTo(SPAN_MAX) > 0) {
            throw ApiException.invalid(
                    "until",
                    "must be a slot of " + LoadHistory.SLOT_SECONDS + " seconds to " + SPAN_MAX.toHours()
                            + " hours after since");
        }
        return ApiResponse.json(200, history.load(since, until));
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
