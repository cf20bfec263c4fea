package io.drover.messages.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.drover.messages.InvalidMessageException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/**
 * The one way in which Drover reads and writes JSON: snake_case names, ISO-8601 times, enums in lower case, absent
 * rather than null. A component of a record that is not {@code @Nullable} must be there; a name stands once; a value
 * has the type of its field, so {@code 1.5}, {@code 2.0} and {@code "2"} are no whole numbers.
 *
 * <p>What people and other programs write (definitions, requests, commands) comes in by {@link #object} and
 * {@link #read}, which also refuse unknown fields: a field with a typing error would be left out, and mean its default.
 * {@link #mapper} lets unknown fields pass; it is for what another version of Drover wrote: telemetry, rows, answers,
 * messages of workers.
 */
public final class DroverJson {
    /** Of one document from outside. */
    public static final int BYTES_MAX = 1 << 20;

    static final int DEPTH_MAX = 32;
    private static final int NUMBER_CHARACTERS_MAX = 64;
    private static final int NAME_CHARACTERS_MAX = 1024;

    private static final JsonMapper MAPPER =
            configured(JsonFactory.builder().build()).build();
    private static final JsonMapper STRICT = configured(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(BYTES_MAX)
                            .maxNumberLength(NUMBER_CHARACTERS_MAX)
                            .maxNameLength(NAME_CHARACTERS_MAX)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DroverJson() {}

    private static JsonMapper.Builder configured(JsonFactory factory) {
        return JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .changeDefaultPropertyInclusion(included -> included.withValueInclusion(JsonInclude.Include.NON_NULL))
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE, EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS, DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                // A name that stands twice means two things to two readers.
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfigDefaults(
                        coercion -> coercion.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.Textual,
                        coercion -> coercion.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .withCoercionConfig(
                        LogicalType.DateTime,
                        coercion -> coercion.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
                .annotationIntrospector(new RequiredComponents())
                .addModule(new IdKeys());
    }

    /** For what Drover wrote itself, perhaps another version of it. */
    public static JsonMapper mapper() {
        return MAPPER;
    }

    /**
     * Like {@link #mapper}, but an unknown field is an error: for what this host's worker keeps and must not forget.
     */
    public static JsonMapper strict() {
        return STRICT;
    }

    /**
     * Reads a document from outside as an object; at most {@link #BYTES_MAX} bytes of UTF-8, at most 32 levels deep,
     * and nothing in it that a database could not keep.
     *
     * @param name what the document is called where it is at fault as a whole, for example {@code body}
     */
    public static ObjectNode object(String name, byte[] document) throws InvalidMessageException {
        return object(name, utf8(name, document));
    }

    /** Decodes a document from outside, without looking into it. */
    public static String utf8(String name, byte[] document) throws InvalidMessageException {
        return ForeignText.utf8(name, document, BYTES_MAX);
    }

    /** Like {@link #object(String, byte[])}, of a text that was decoded before. */
    public static ObjectNode object(String name, String document) throws InvalidMessageException {
        ForeignText.requireContent(name, document);
        JsonNode node;
        try {
            node = STRICT.readTree(document);
        } catch (JacksonException e) {
            throw JsonFaults.syntax(name, e);
        }
        if (node instanceof ObjectNode object) {
            ForeignText.requireStorable(name, object);
            return object;
        }
        throw new InvalidMessageException(name, "must be a JSON object, is " + JsonFaults.kind(node));
    }

    /**
     * A value as it may be shown to people, or what kind of value it is; for example {@code the text 'x'},
     * {@code a list}.
     */
    public static String shown(JsonNode value) {
        return JsonFaults.kind(value);
    }

    /**
     * Makes a record of a document from outside; the exception names the field and says in plain words what is wrong.
     */
    public static <T> T read(ObjectNode document, Class<T> type) throws InvalidMessageException {
        try {
            ForeignText.requireNoNull("body", document);
            return STRICT.treeToValue(document, type);
        } catch (JacksonException e) {
            throw JsonFaults.content(document, e);
        }
    }
}
