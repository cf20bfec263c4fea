package io.drover.scheduler.http;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.http.ApiResponse;
import io.drover.messages.http.Incoming;
import io.drover.messages.json.DroverJson;
import io.drover.messages.text.FileProblem;
import io.drover.scheduler.control.RefusedException;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.scheduler.AccessStore;
import io.drover.schema.scheduler.AccessStore.AuditEntry;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests: who asks, what is asked for, may they, what came of it. What changes something is written down. */
final class Router {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);
    private static final long DISCARDED_BYTES_MAX = 64L << 20;
    private static final int FORBIDDEN = 403;

    private final Gate gate;
    private final List<Route> routes;
    private final AccessStore audit;

    Router(Gate gate, List<Route> routes, AccessStore audit) {
        this.gate = gate;
        this.routes = List.copyOf(routes);
        this.audit = audit;
    }

    /** Never throws: whatever happens is an answer. */
    ApiResponse answer(Incoming request) {
        return answered(request, () -> routed(request));
    }

    private interface Answering {
        ApiResponse answer() throws ApiException, RefusedException, IOException;
    }

    private static ApiResponse answered(Incoming request, Answering answering) {
        try {
            return answering.answer();
        } catch (ApiException e) {
            return e.response();
        } catch (RefusedException e) {
            return ApiException.of(e).response();
        } catch (StoreUnavailableException e) {
            return new ApiException(503, "unavailable", null, "the database does not answer: " + e.getMessage())
                    .response();
        } catch (IOException e) {
            return ApiException.invalid("body", "cannot be read: " + FileProblem.told(e))
                    .response();
        } catch (RuntimeException | Error e) {
            // Top of the thread: the caller learns that it is not their fault.
            LOG.error("{} {} met a defect", request.method(), request.path(), e);
            return new ApiException(500, "internal", null, "a defect of Drover; the scheduler's log says more")
                    .response();
        }
    }

    private ApiResponse routed(Incoming request) throws ApiException, IOException {
        // Sent by browsers for a page of another site: it must not command a fleet because an operator looked at it.
        if (request.header("Origin") != null) {
            throw new ApiException(FORBIDDEN, "forbidden", null, "pages of browsers are not served");
        }
        Caller caller = gate.admit(request);
        List<String> path = Route.segments(decoded(request.path()));
        boolean known = false;
        for (Route route : routes) {
            Optional<Map<String, String>> variables = route.match(path);
            known |= variables.isPresent();
            if (variables.isPresent() && route.method().equals(request.method())) {
                return asked(route, caller, request, variables.get());
            }
        }
        throw known
                ? new ApiException(405, "method", null, request.method() + " is not for this path")
                : new ApiException(404, "unknown", "path", "there is no " + decoded(request.path()));
    }

    private ApiResponse asked(Route route, Caller caller, Incoming request, Map<String, String> variables)
            throws ApiException, IOException {
        String key = request.header("Idempotency-Key");
        var question = new ApiRequest(variables, query(request.query()), key, body(request), caller.name());
        if (!route.changes()) {
            return answered(request, () -> handled(route, caller, question));
        }
        // Before it is done: a change that nobody could find out about must not be made.
        long entry = audit.begun(new AuditEntry(
                caller.name(),
                caller.role(),
                request.from().getHostAddress(),
                request.method(),
                request.path(),
                question.body()));
        ApiResponse response = answered(request, () -> handled(route, caller, question));
        try {
            audit.ended(entry, response.status());
        } catch (StoreUnavailableException e) {
            LOG.warn("how {} {} of {} ended is not in the audit: {}", request.method(), request.path(), caller, e);
        }
        return response;
    }

    private static ApiResponse handled(Route route, Caller caller, ApiRequest request)
            throws ApiException, RefusedException {
        if (!caller.role().covers(route.role())) {
            throw new ApiException(
                    FORBIDDEN,
                    "forbidden",
                    null,
                    "needs the role " + route.role().word() + "; the token " + caller.name() + " has "
                            + caller.role().word());
        }
        route.requireKnown(request);
        return route.handler().handle(request);
    }

    private static String body(Incoming request) throws ApiException, IOException {
        byte[] body = request.body().readNBytes(DroverJson.BYTES_MAX + 1);
        if (body.length > DroverJson.BYTES_MAX) {
            // A client that is still sending would not see the answer.
            var _ = request.body().skip(DISCARDED_BYTES_MAX);
            throw new ApiException(413, "too_large", "body", "more than " + DroverJson.BYTES_MAX + " bytes");
        }
        try {
            return DroverJson.utf8("body", body);
        } catch (InvalidMessageException e) {
            throw ApiException.invalid(e.field(), e.problem());
        }
    }

    private static Map<String, String> query(@Nullable String raw) throws ApiException {
        var query = new HashMap<String, String>();
        for (String pair : raw == null || raw.isEmpty() ? new String[0] : raw.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            String name = decoded(parts[0]);
            if (query.put(name, parts.length == 2 ? decoded(parts[1]) : "true") != null) {
                throw ApiException.invalid(name, "stands twice");
            }
        }
        return query;
    }

    private static String decoded(String text) throws ApiException {
        try {
            String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
            // Broken UTF-8 becomes U+FFFD; neither that nor a control character is part of any name.
            if (decoded.chars().noneMatch(c -> Character.isISOControl(c) || c == '\uFFFD')) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw ApiException.invalid("path", "'" + text + "' is not URL-encoded text");
    }
}
