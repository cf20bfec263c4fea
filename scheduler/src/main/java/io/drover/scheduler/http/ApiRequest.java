package io.drover.scheduler.http;

import io.drover.messages.json.DroverJson;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * A request as the routes see it.
 *
 * @param path values of the path's variables
 * @param query values of the query, decoded
 * @param idempotencyKey the header, or null
 */
record ApiRequest(
        Map<String, String> path,
        Map<String, String> query,
        @Nullable String idempotencyKey,
        String body) {

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

    /** Reads the body; refuses what is no JSON, lacks a field, has an unknown one or a bad value, and names the field. */
    <T> T body(Class<T> type) throws ApiException {
        if (body.isEmpty()) {
            throw ApiException.invalid("body", "missing; must be a JSON object");
        }
        try {
            JsonNode tree = DroverJson.mapper().readTree(body);
            if (!tree.isObject()) {
                throw ApiException.invalid("body", "must be a JSON object");
            }
            return DroverJson.mapper()
                    .readerFor(type)
                    .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(tree);
        } catch (UnrecognizedPropertyException e) {
            throw ApiException.invalid(
                    field(e),
                    "unknown field; known are "
                            + Optional.ofNullable(e.getKnownPropertyIds()).stream()
                                    .flatMap(ids -> ids.stream().map(String::valueOf))
                                    .sorted()
                                    .collect(Collectors.joining(", ")));
        } catch (DatabindException e) {
            throw ApiException.invalid(field(e), problem(e));
        } catch (JacksonException e) {
            throw ApiException.invalid("body", "not JSON: " + e.getOriginalMessage());
        }
    }

    /** For example {@code definition.disks.image}; {@code body} where the document as a whole is at fault. */
    private static String field(DatabindException e) {
        String path = e.getPath().stream()
                .map(JacksonException.Reference::getPropertyName)
                .filter(name -> name != null)
                .collect(Collectors.joining("."));
        return path.isEmpty() ? "body" : path;
    }

    private static String problem(DatabindException e) {
        // The records of the vocabulary say it best.
        Throwable cause = e.getCause();
        return cause instanceof IllegalArgumentException told && told.getMessage() != null
                ? told.getMessage()
                : String.valueOf(e.getOriginalMessage());
    }
}
