package io.drover.messages.oslo;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the data out of versioned objects as nova wraps them: {@code {"nova_object.name": …, "nova_object.data": {…}}}.
 */
final class NovaObjects {
    private static final String DATA = "nova_object.data";

    private NovaObjects() {}

    static ObjectNode unwrap(ObjectNode args) {
        return unwrapNode(args) instanceof ObjectNode object ? object : args;
    }

    private static JsonNode unwrapNode(JsonNode node) {
        if (node.get(DATA) instanceof ObjectNode data) {
            return unwrapNode(data);
        }
        if (node instanceof ObjectNode object) {
            ObjectNode unwrapped = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                unwrapped.set(property.getKey(), unwrapNode(property.getValue()));
            }
            return unwrapped;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode unwrapped = array.arrayNode(array.size());
            array.forEach(element -> unwrapped.add(unwrapNode(element)));
            return unwrapped;
        }
        return node;
    }
}
