package io.drover.scheduler.http;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.json.DroverJson;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request as the routes see it.
 *
 * @param path values of the path's variables
 * @param query values of the query, decoded
 * @param idempotencyKey the header, or null
 * @param by who asks, as it is written beside what they did
 */
record ApiRequest(
        Map<String, String> path,
        Map<String, String> query,
        @Nullable String idempotencyKey,
        String body,
        String by) {

    String variable(String name) {
        String value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no {" + name + "}");
        }
        return value;
    }

    /** Refuses a parameter that nobody would look at. */
    void onlyQuery(Set<String> known) throws ApiException {
        Optional<String> unknown =
                query.keySet().stream().filter(name -> !known.contains(name)).findFirst();
        if (unknown.isPresent()) {
            String names = known.isEmpty() ? "none are known" : "known are " + String.join(", ", known);
            throw ApiException.invalid(unknown.get(), "unknown parameter; " + names);
        }
    }

    boolean flag(String name) throws ApiException {
        String value = query.getOrDefault(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw ApiException.invalid(name, "'" + value + "' is not true or false");
        }
        return value.equals("true");
    }

    int whole(String name, int fallback, int max) throws ApiException {
        String value = query.getOrDefault(name, Integer.toString(fallback));
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw ApiException.invalid(name, "'" + value + "' is not a whole number from 1 to " + max);
    }

    /**
     * Reads the body; refuses what is no JSON, lacks a field, has an unknown one or a bad value, and names the field.
     */
    <T> T body(Class<T> type) throws ApiException {
        try {
            return DroverJson.read(DroverJson.object("body", body), type);
        } catch (InvalidMessageException e) {
            throw ApiException.invalid(e.field(), e.problem());
        }
    }

    /** Where nothing needs to be said: no body, or an empty object. */
    void noBody() throws ApiException {
        if (!body.isEmpty()) {
            body(Nothing.class);
        }
    }

    private record Nothing() {}
}
