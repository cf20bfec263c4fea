package io.drover.messages.schemas;

import com.networknt.schema.Error;
import io.drover.messages.json.DroverJson;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Says in a person's words what a schema says in its own, in the words of {@link DroverJson#read}. */
final class SchemaWords {
    private SchemaWords() {}

    static String of(Error error) {
        JsonNode rule = error.getSchemaNode();
        JsonNode value = error.getInstanceNode();
        String is = value == null ? "" : ", is " + DroverJson.shown(value);
        return switch (String.valueOf(error.getKeyword())) {
            case "required" -> "missing";
            case "additionalProperties", "unevaluatedProperties" -> "unknown field";
            case "type" ->
                value != null && value.isNull() ? "must not be null: leave it out" : "must be " + type(rule) + is;
            case "enum" -> "must be " + choice(rule) + is;
            case "pattern" -> "does not have the form that is wanted" + is;
            case "format" -> "must be an instant such as 2026-11-22T18:00:00Z" + is;
            case "maxLength" -> "has more than " + number(rule) + " characters";
            case "maxItems", "maxProperties" -> "has more than " + number(rule) + " entries";
            case "minimum" -> "must be at least " + number(rule) + is;
            case "exclusiveMinimum" -> "must be above " + number(rule) + is;
            case "maximum" -> "must be at most " + number(rule) + is;
            default -> error.getMessage();
        };
    }

    private static String number(@Nullable JsonNode rule) {
        return rule == null ? "is allowed" : rule.toString();
    }

    private static String type(@Nullable JsonNode rule) {
        return switch (rule == null ? "" : rule.asString("")) {
            case "string" -> "a text";
            case "integer" -> "a whole number";
            case "number" -> "a number";
            case "boolean" -> "true or false";
            case "array" -> "a list";
            case "object" -> "an object";
            default -> "another kind of value";
        };
    }

    private static String choice(@Nullable JsonNode rule) {
        return rule == null
                ? "another word"
                : rule.valueStream().map(word -> word.asString("")).collect(Collectors.joining(" or "));
    }
}
