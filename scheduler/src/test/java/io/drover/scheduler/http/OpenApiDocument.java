package io.drover.scheduler.http;

import io.drover.messages.NetworkCard;
import io.drover.messages.NetworkCards;
import io.drover.messages.api.ErrorDocument;
import io.drover.messages.json.DroverJson;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The routes and their documents in the words of OpenAPI 3.1, made of the records themselves. */
final class OpenApiDocument {
    private static final String SCHEMAS = "#/components/schemas/";

    private final Map<String, Map<String, Object>> paths = new TreeMap<>();
    private final Map<String, Object> schemas = new TreeMap<>();

    /**
     * What was asked and answered.
     *
     * @param request null: the route takes no body
     * @param list whether the answer is a list of these
     */
    void add(Route route, @Nullable Class<?> request, int status, Class<?> answer, boolean list) {
        Object document = list ? new TreeMap<>(Map.of("type", "array", "items", reference(answer))) : reference(answer);
        var operation = new TreeMap<String, Object>(Map.of(
                "x-drover-role",
                route.role().word(),
                "responses",
                new TreeMap<>(Map.of(
                        Integer.toString(status),
                        content("done", document),
                        "default",
                        content("refused", reference(ErrorDocument.class))))));
        List<Object> parameters = parameters(route);
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        if (request != null) {
            operation.put("requestBody", new TreeMap<>(Map.of("required", true, "content", json(reference(request)))));
        }
        paths.computeIfAbsent("/" + String.join("/", route.pattern()), _ -> new TreeMap<>())
                .put(route.method().toLowerCase(Locale.ROOT), operation);
    }

    String json() {
        var document = new TreeMap<String, Object>(Map.of(
                "openapi",
                "3.1.0",
                "info",
                new TreeMap<>(Map.of("title", "Drover", "version", "1")),
                "paths",
                paths,
                "components",
                new TreeMap<>(Map.of(
                        "schemas",
                        schemas,
                        "securitySchemes",
                        Map.of("token", new TreeMap<>(Map.of("type", "http", "scheme", "bearer"))))),
                "security",
                List.of(Map.of("token", List.of()))));
        return DroverJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
    }

    private static List<Object> parameters(Route route) {
        var parameters = new ArrayList<Object>();
        route.pattern().stream()
                .filter(segment -> segment.startsWith("{"))
                .map(segment -> parameter(segment.substring(1, segment.length() - 1), "path", true))
                .forEach(parameters::add);
        route.query().stream()
                .sorted()
                .map(name -> parameter(name, "query", false))
                .forEach(parameters::add);
        if (route.pattern().getLast().equals("migrations") && route.changes()) {
            parameters.add(parameter("Idempotency-Key", "header", false));
        }
        return parameters;
    }

    private static Map<String, Object> parameter(String name, String in, boolean required) {
        return new TreeMap<>(Map.of("name", name, "in", in, "required", required, "schema", Map.of("type", "string")));
    }

    private static Map<String, Object> content(String description, Object schema) {
        return new TreeMap<>(Map.of("description", description, "content", json(schema)));
    }

    private static Map<String, Object> json(Object schema) {
        return Map.of("application/json", Map.of("schema", schema));
    }

    private Map<String, Object> reference(Class<?> type) {
        String name = type.getSimpleName();
        if (!schemas.containsKey(name)) {
            schemas.put(name, Map.of());
            schemas.put(name, object(type));
        }
        return Map.of("$ref", SCHEMAS + name);
    }

    private Map<String, Object> object(Class<?> type) {
        var properties = new TreeMap<String, Object>();
        var required = new ArrayList<String>();
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            properties.put(name, schema(component.getAnnotatedType()));
            if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                required.add(name);
            }
        }
        var object = new TreeMap<String, Object>(Map.of("type", "object", "properties", properties));
        if (!required.isEmpty()) {
            object.put("required", required);
        }
        return object;
    }

    private Map<String, Object> schema(AnnotatedType annotated) {
        if (annotated instanceof AnnotatedParameterizedType generic) {
            AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
            Type raw = ((ParameterizedType) generic.getType()).getRawType();
            return raw == Map.class
                    ? new TreeMap<>(Map.of("type", "object", "additionalProperties", schema(arguments[1])))
                    : new TreeMap<>(Map.of("type", "array", "items", schema(arguments[0])));
        }
        return plain((Class<?>) annotated.getType());
    }

    private Map<String, Object> plain(Class<?> type) {
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return Map.of("type", "integer");
        }
        if (type == double.class || type == Double.class) {
            return Map.of("type", "number");
        }
        if (type == boolean.class || type == Boolean.class) {
            return Map.of("type", "boolean");
        }
        if (type == Instant.class) {
            return new TreeMap<>(Map.of("type", "string", "format", "date-time"));
        }
        if (type == Duration.class) {
            return new TreeMap<>(Map.of("type", "string", "format", "duration"));
        }
        if (type.isEnum()) {
            List<String> words = Arrays.stream(type.getEnumConstants())
                    .map(word -> DroverJson.mapper().valueToTree(word).asString())
                    .toList();
            return new TreeMap<>(Map.of("type", "string", "enum", words));
        }
        if (type == String.class || type == UUID.class || isText(type)) {
            return Map.of("type", "string");
        }
        if (type == NetworkCards.class) {
            var list = new TreeMap<String, Object>(Map.of("type", "array", "items", reference(NetworkCard.class)));
            return Map.of("oneOf", List.of(Map.of("type", "integer"), list));
        }
        return type.isRecord() ? reference(type) : Map.of();
    }

    /** A name or an id of its own type. */
    private static boolean isText(Class<?> type) {
        return type.isRecord()
                && type.getRecordComponents().length == 1
                && Arrays.stream(type.getRecordComponents()[0].getAccessor().getAnnotations())
                        .anyMatch(annotation ->
                                annotation.annotationType().getSimpleName().equals("JsonValue"));
    }
}
