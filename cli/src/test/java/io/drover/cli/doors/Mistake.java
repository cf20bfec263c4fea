package io.drover.cli.doors;

import io.drover.cli.doors.Door.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One document that no door may let in.
 */
final class Mistake {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Of a field: JSON in place of its value. A new mistake is one line. */
    private static final Map<String, Values> IN_FIELDS = Map.ofEntries(
            Map.entry("null", values("null", Kind.values())),
            Map.entry(
                    "a list",
                    values("[1]", Kind.TEXT, Kind.FREE, Kind.WORD, Kind.WHOLE, Kind.FLAG, Kind.OBJECT, Kind.UUID)),
            Map.entry(
                    "an object",
                    values("{\"a\":1}", Kind.TEXT, Kind.FREE, Kind.WORD, Kind.WHOLE, Kind.FLAG, Kind.LIST, Kind.UUID)),
            Map.entry(
                    "a number",
                    values("7", Kind.TEXT, Kind.FREE, Kind.WORD, Kind.FLAG, Kind.LIST, Kind.OBJECT, Kind.UUID)),
            Map.entry(
                    "a truth",
                    values("true", Kind.TEXT, Kind.FREE, Kind.WORD, Kind.WHOLE, Kind.LIST, Kind.OBJECT, Kind.UUID)),
            Map.entry("a number in a text", values("\"2\"", Kind.WHOLE)),
            Map.entry("a truth in a text", values("\"true\"", Kind.FLAG)),
            Map.entry(
                    "no text",
                    values("\"\"", Kind.TEXT, Kind.WORD, Kind.WHOLE, Kind.FLAG, Kind.LIST, Kind.OBJECT, Kind.UUID)),
            Map.entry("a fraction", values("1.5", Kind.WHOLE)),
            Map.entry("a fraction of nothing", values("2.0", Kind.WHOLE)),
            Map.entry("an exponent", values("1e5", Kind.WHOLE)),
            Map.entry("2^63", values("9223372036854775808", Kind.WHOLE)),
            Map.entry("2^63 - 1", values("9223372036854775807", Kind.WHOLE)),
            Map.entry("1e308", values("1e308", Kind.WHOLE)),
            Map.entry("1e999", values("1e999", Kind.WHOLE)),
            Map.entry("below zero", values("-1", Kind.WHOLE)),
            Map.entry("zero", values("0", Kind.WHOLE)),
            Map.entry("U+0000", values("\"a\\u0000b\"", Kind.TEXT, Kind.FREE, Kind.WORD)),
            Map.entry("an escape", values("\"a\\u001b[2Jb\"", Kind.TEXT, Kind.FREE, Kind.WORD)),
            Map.entry("a line end", values("\"a\\nb\"", Kind.TEXT, Kind.FREE, Kind.WORD)),
            Map.entry("half a surrogate pair", values("\"a\\ud800b\"", Kind.TEXT, Kind.FREE, Kind.WORD)),
            Map.entry("too long", values("\"" + "a".repeat(70_000) + "\"", Kind.TEXT, Kind.FREE, Kind.WORD, Kind.UUID)),
            Map.entry("an unknown word", values("\"cdrom\"", Kind.WORD)),
            Map.entry("a short UUID", values("\"1-1-1-1-1\"", Kind.UUID)));

    /** Of the document as a whole, what has to be named, and the text made of the good one. */
    private static final List<Whole> IN_DOCUMENTS = List.of(
            new Whole("nothing", "empty", good -> ""),
            new Whole("white space", "empty", good -> " \n"),
            new Whole("null", "null", good -> "null"),
            new Whole("a list", "list", good -> "[" + good + "]"),
            new Whole("a text", "text", good -> JSON.writeValueAsString(good)),
            new Whole("an unknown field", "formt", inside("\"formt\":\"qcow2\",")),
            new Whole("a name twice", "twice", inside("\"twice\":1,\"twice\":1,")),
            new Whole("a byte order mark", "byte order mark", good -> "\uFEFF" + good),
            new Whole("a second document", "JSON", good -> good + good),
            new Whole("something behind it", "JSON", good -> good + " x"),
            new Whole("its end cut off", "JSON", good -> good.substring(0, good.length() - 1)),
            new Whole("a comment", "JSON", good -> "/* no */" + good),
            new Whole("single quotes", "JSON", good -> good.replace('"', '\'')),
            new Whole("NaN", "JSON", inside("\"formt\":NaN,")),
            new Whole("a number of a thousand digits", "long", inside("\"formt\":" + "1".repeat(1000) + ",")),
            new Whole("depth", "deep", inside("\"formt\":" + "[".repeat(999) + "]".repeat(999) + ",")),
            new Whole("two megabytes", "1048576", good -> good + " ".repeat(2 << 20)));

    private record Values(String json, List<Kind> kinds) {}

    private static Values values(String json, Kind... kinds) {
        return new Values(json, List.of(kinds));
    }

    private record Whole(String name, String named, UnaryOperator<String> made) {}

    /** Stands where a door's document begins. */
    private static final String HERE = "\u0001";

    private static UnaryOperator<String> inside(String more) {
        return good -> good.replace(HERE, more);
    }

    private final String name;
    private final String named;
    private final byte[] document;

    private Mistake(String name, String named, byte[] document) {
        this.name = name;
        this.named = named;
        this.document = document;
    }

    /** What the refusal has to name. */
    String named() {
        return named;
    }

    byte[] document() {
        return document;
    }

    /** All that apply to the door. */
    static List<Mistake> of(Door door) {
        var mistakes = new ArrayList<Mistake>();
        for (Whole whole : IN_DOCUMENTS) {
            mistakes.add(new Mistake(
                    whole.name(),
                    whole.named(),
                    bytes(whole.made()
                            .apply(door.good().replaceFirst(Pattern.quote(door.begins()), "$0" + HERE))
                            .replace(HERE, ""))));
        }
        mistakes.add(new Mistake("UTF-16", "UTF-8", door.good().getBytes(StandardCharsets.UTF_16)));
        mistakes.add(new Mistake("no UTF-8", "UTF-8", (door.good() + "\u00ff").getBytes(StandardCharsets.ISO_8859_1)));
        door.fields()
                .forEach((pointer, kind) -> IN_FIELDS.forEach((name, values) -> {
                    if (values.kinds().contains(kind)) {
                        mistakes.add(in(door, pointer, name, values.json()));
                    }
                }));
        return mistakes;
    }

    private static Mistake in(Door door, String pointer, String name, String json) {
        JsonPointer at = JsonPointer.compile(pointer);
        ObjectNode root = (ObjectNode) JSON.readTree(door.good());
        JsonNode parent = root.at(at.head());
        String field = at.last().getMatchingProperty();
        // Put in as text: a tree cannot hold all of it.
        String mark = "\"machine@\"";
        ((ObjectNode) parent).put(field, "machine@");
        String text = JSON.writeValueAsString(root).replace(mark, json);
        return new Mistake(field + ": " + name, field, bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name;
    }
}
