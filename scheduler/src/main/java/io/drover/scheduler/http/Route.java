package io.drover.scheduler.http;

import io.drover.messages.access.ApiRole;
import io.drover.messages.http.ApiResponse;
import io.drover.scheduler.control.RefusedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One method on one path.
 *
 * @param pattern segments, those in braces being variables: {@code /api/v1/vms/{vm}}
 * @param query names of the parameters that are known
 * @param takesBody whether the handler reads a body
 * @param role who may ask
 */
record Route(String method, List<String> pattern, Set<String> query, boolean takesBody, ApiRole role, Handler handler) {
    private static final String GET = "GET";
    private static final String POST = "POST";

    /** Takes the named parameters of the query, no others. */
    static Route get(ApiRole role, String pattern, Handler handler, String... query) {
        return new Route(GET, segments(pattern), Set.of(query), false, role, handler);
    }

    /** Takes a body that the handler reads. */
    static Route post(ApiRole role, String pattern, Handler handler) {
        return new Route(POST, segments(pattern), Set.of(), true, role, handler);
    }

    /** Takes no body, or an empty object. */
    static Route command(ApiRole role, String pattern, Handler handler) {
        return new Route(POST, segments(pattern), Set.of(), false, role, handler);
    }

    /** Whether asking changes something. */
    boolean changes() {
        return method.equals(POST);
    }

    /** Refuses what nobody would look at: it was meant to change something. */
    void requireKnown(ApiRequest request) throws ApiException {
        request.onlyQuery(query);
        if (!takesBody) {
            request.noBody();
        }
    }

    @FunctionalInterface
    interface Handler {
        ApiResponse handle(ApiRequest request) throws ApiException, RefusedException;
    }

    /** The path's variables; empty when it is another path. */
    Optional<Map<String, String>> match(List<String> path) {
        if (path.size() != pattern.size()) {
            return Optional.empty();
        }
        var variables = new HashMap<String, String>();
        for (int i = 0; i < path.size(); i++) {
            String segment = pattern.get(i);
            if (segment.startsWith("{")) {
                variables.put(segment.substring(1, segment.length() - 1), path.get(i));
            } else if (!segment.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }
}
