package io.drover.cli.operator;

import io.drover.cli.terminal.Units;
import io.drover.messages.json.DroverJson;
import io.drover.scheduler.balancing.BalancingStrategies;
import io.drover.scheduler.balancing.MoveGuard;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What a strategy computed on the way to a decision, by deciding over the stored snapshot again. Whatever a strategy puts
 * into its plan is shown, by the names it has there.
 */
final class DecisionNumbers {
    /** Shown elsewhere, or one row for each machine of the fleet. */
    private static final Set<String> SHOWN_ELSEWHERE = Set.of("moves", "refused", "sentence");

    private DecisionNumbers() {}

    /** Empty where this program decides otherwise than the one that made the decision. */
    static Optional<List<String>> lines(Decision decision, ClusterSnapshot snapshot) {
        Plan plan;
        try {
            plan = MoveGuard.balancing()
                    .check(
                            snapshot,
                            BalancingStrategies.named(decision.strategy()).plan(snapshot));
        } catch (IllegalArgumentException e) {
            // A strategy that is gone, or a decision on request, which has a name of its own.
            return Optional.empty();
        }
        if (!plan.sentence().equals(decision.sentence())) {
            return Optional.empty();
        }
        var lines = new ArrayList<String>();
        JsonNode tree = DroverJson.mapper().valueToTree(plan);
        for (Map.Entry<String, JsonNode> part : tree.properties()) {
            if (!SHOWN_ELSEWHERE.contains(part.getKey())) {
                add(lines, "  ", part.getKey(), part.getValue());
            }
        }
        return Optional.of(lines);
    }

    private static void add(List<String> lines, String indent, String name, JsonNode value) {
        if (value.isEmpty() && !value.isValueNode()) {
            return;
        }
        if (isMachine(value)) {
            lines.add(indent + words(name) + " " + plain(name, value));
        } else if (value.isObject()
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

    /** Of whom the name says enough: the rest stands in the snapshot. */
    private static boolean isMachine(JsonNode value) {
        return value.has("name") && value.has("owner");
    }

    private static String plain(String name, JsonNode value) {
        if (isMachine(value)) {
            return value.get("name").asString();
        }
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
