package io.drover.cli.operator.balancing;

import io.drover.cli.terminal.Units;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.json.DroverJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What a strategy computed on the way to a decision, as it was stored: all of it, by the names it has there. */
final class DecisionNumbers {
    private DecisionNumbers() {}

    /** Empty where nothing was stored, or nothing that can be read. */
    static Optional<List<String>> lines(DecisionDocument decision) {
        if (decision.considered() == null) {
            return Optional.empty();
        }
        var lines = new ArrayList<String>();
        try {
            JsonNode tree = DroverJson.mapper().readTree(decision.considered());
            tree.properties().forEach(part -> add(lines, "  ", part.getKey(), part.getValue()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
        return Optional.of(lines);
    }

    private static void add(List<String> lines, String indent, String name, JsonNode value) {
        if (value.isEmpty() && !value.isValueNode()) {
            return;
        }
        if (value.isObject()
                && !value.properties().stream()
                        .allMatch(entry -> entry.getValue().isValueNode())) {
            lines.add(indent + words(name));
            value.properties().forEach(entry -> add(lines, indent + "  ", entry.getKey(), entry.getValue()));
        } else if (value.isArray() && !value.get(0).isValueNode()) {
            lines.add(indent + words(name));
            value.forEach(element -> add(lines, indent + "  ", "-", element));
        } else {
            lines.add(indent + words(name) + " " + plain(name, value));
        }
    }

    private static String plain(String name, JsonNode value) {
        if (value.isFloatingPointNumber()) {
            double number = value.doubleValue();
            return String.format(Locale.ROOT, Math.abs(number) >= 100 ? "%.0f" : "%.2f", number);
        }
        if (value.isIntegralNumber() && name.endsWith("bytes")) {
            return Units.bytes(value.longValue());
        }
        if (value.isObject()) {
            return String.join(
                    ", ",
                    value.properties().stream()
                            .map(entry -> words(entry.getKey()) + " " + plain(entry.getKey(), entry.getValue()))
                            .toList());
        }
        if (value.isArray()) {
            var elements = new ArrayList<String>();
            value.forEach(element -> elements.add(plain(name, element)));
            return String.join(", ", elements);
        }
        return value.asString();
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }
}
