package io.drover.messages.json;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.text.Shown;
import java.time.Duration;
import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;

/** Says in a person's words what the parser says in its own: the one place that knows its exceptions. */
final class JsonFaults {
    private static final Pattern TWICE = Pattern.compile("Duplicate Object property \"(.*?)\".*", Pattern.DOTALL);
    private static final Pattern NAMED = Pattern.compile("([a-z][a-z0-9_ .]{0,40}): (.+)", Pattern.DOTALL);

    private JsonFaults() {}

    /** The text is no JSON, or more than one document. */
    static InvalidMessageException syntax(String document, JacksonException e) {
        return new InvalidMessageException(document, syntax(e), e);
    }

    private static String syntax(JacksonException e) {
        String told = String.valueOf(e.getOriginalMessage());
        Matcher twice = TWICE.matcher(told);
        if (twice.matches()) {
            return "'" + Shown.text(twice.group(1)) + "' stands twice";
        }
        return switch (e) {
            case StreamConstraintsException _ ->
                told.contains("depth")
                        ? "is nested too deep: the depth is at most " + DroverJson.DEPTH_MAX
                        : "a name or number in it is too long";
            case UnexpectedEndOfInputException _ -> "not JSON: it ends too early";
            case MismatchedInputException _ -> "not JSON: something follows the document";
            default ->
                "not JSON: see line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
        };
    }

    /** The document is JSON, and not what is wanted. */
    static InvalidMessageException content(ObjectNode document, JacksonException e) {
        String path = path(e);
        String problem = problem(document, e);
        Matcher named = NAMED.matcher(problem);
        if (named.matches() && path.isEmpty()) {
            return new InvalidMessageException(named.group(1), named.group(2), e);
        }
        boolean saidAlready = path.endsWith(named.matches() ? named.group(1) : "\n")
                || at(document, e).filter(JsonNode::isString).isPresent();
        if (named.matches() && saidAlready) {
            return new InvalidMessageException(path, named.group(2), e);
        }
        return new InvalidMessageException(path.isEmpty() ? "body" : path, problem, e);
    }

    /** For example {@code definition.disks.image}; empty where the document as a whole is at fault. */
    private static String path(JacksonException e) {
        return e.getPath().stream()
                .map(JacksonException.Reference::getPropertyName)
                .filter(name -> name != null)
                .map(Shown::text)
                .collect(Collectors.joining("."));
    }

    private static String problem(ObjectNode document, JacksonException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "unknown field; known are " + known(unknown.getKnownPropertyIds());
        }
        // The records of the vocabulary say it best.
        if (e.getCause() instanceof IllegalArgumentException told && told.getMessage() != null) {
            return told.getMessage();
        }
        Optional<JsonNode> found = at(document, e);
        if (found.isEmpty()) {
            return "missing";
        }
        JsonNode node = found.get();
        if (node.isNull()) {
            return "must not be null";
        }
        Class<?> target = e instanceof MismatchedInputException mismatched ? mismatched.getTargetType() : null;
        if (e instanceof InvalidFormatException && target != null && node.isString()) {
            return "'" + Shown.text(node.stringValue()) + "' is " + not(target);
        }
        return wanted(target, node) + ", is " + kind(node);
    }

    private static String known(@Nullable Collection<Object> names) {
        String known = names == null
                ? ""
                : names.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
        return known.isEmpty() ? "none" : known;
    }

    /** What stands where the exception points to. */
    private static Optional<JsonNode> at(ObjectNode document, JacksonException e) {
        JsonNode node = document;
        for (JacksonException.Reference reference : e.getPath()) {
            String name = reference.getPropertyName();
            JsonNode next = name != null ? node.get(name) : node.get(reference.getIndex());
            if (next == null) {
                // A map's key has no value of its own to show.
                return Optional.empty();
            }
            node = next;
        }
        return Optional.of(node);
    }

    private static String not(Class<?> target) {
        if (target.isEnum()) {
            Object[] values = target.getEnumConstants();
            var words = Stream.of(values).map(JsonFaults::word).toList();
            return words.size() == 2
                    ? "neither " + words.get(0) + " nor " + words.get(1)
                    : "none of " + String.join(", ", words);
        }
        if (target == UUID.class) {
            return "not a UUID";
        }
        if (Temporal.class.isAssignableFrom(target)) {
            return "no instant such as 2026-11-22T18:00:00Z";
        }
        return "not " + shape(target);
    }

    private static String word(Object value) {
        return String.valueOf(value).toLowerCase(Locale.ROOT);
    }

    private static String wanted(@Nullable Class<?> target, JsonNode node) {
        boolean tooLarge = node.isIntegralNumber() && (target == null || target == int.class || target == long.class);
        if (tooLarge) {
            return "must be a whole number that fits";
        }
        return target == null ? "must be another kind of value" : "must be " + shape(target);
    }

    private static String shape(Class<?> target) {
        if (target == int.class || target == long.class || target == Integer.class || target == Long.class) {
            return "a whole number";
        }
        if (target == double.class || target == Double.class) {
            return "a number";
        }
        if (target == boolean.class || target == Boolean.class) {
            return "true or false";
        }
        if (target == Duration.class) {
            return "a duration such as PT1H";
        }
        if (Collection.class.isAssignableFrom(target)) {
            return "a list";
        }
        boolean text = target == String.class
                || target == UUID.class
                || target.isEnum()
                || Temporal.class.isAssignableFrom(target)
                // Ids are records of one text.
                || (target.isRecord() && target.getRecordComponents().length == 1);
        return text
                ? "a text"
                : Map.class.isAssignableFrom(target) || target.isRecord() ? "an object" : "another value";
    }

    /** The value, or what kind of value it is. */
    static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case STRING -> "the text '" + Shown.text(node.stringValue()) + "'";
            case NULL -> "null";
            case MISSING -> "missing";
            default -> Shown.text(node.toString());
        };
    }
}
