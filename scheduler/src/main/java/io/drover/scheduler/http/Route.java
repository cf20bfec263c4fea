package io.drover.scheduler.http;

import io.drover.scheduler.control.RefusedException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One method on one path.
 *
 * @param pattern segments, those in braces being variables: {@code /api/v1/vms/{vm}}
 */
record Route(String method, List<String> pattern, Handler handler) {

    static Route get(String pattern, Handler handler) {
        return new Route("GET", segments(pattern), handler);
    }

    static Route post(String pattern, Handler handler) {
        return new Route("POST", segments(pattern), handler);
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
