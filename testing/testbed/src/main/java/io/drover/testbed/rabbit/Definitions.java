package io.drover.testbed.rabbit;

import io.drover.messages.bus.Routing;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a broker begins with, in RabbitMQ's own format: these users beside {@code guest}, and Drover's exchanges and
 * queue of rejected messages.
 */
record Definitions(List<BrokerUser> users) {
    private static final Map<String, Object> GUEST =
            Map.of("name", "guest", "password", "guest", "tags", "administrator");
    private static final Map<String, Object> GUEST_MAY =
            Map.of("user", "guest", "vhost", "/", "configure", ".*", "write", ".*", "read", ".*");

    /** A scheduler makes it otherwise; a worker may not. */
    private static final Map<String, Object> REJECTED = Map.of(
            "name", Routing.REJECTED_QUEUE, "vhost", "/", "durable", true, "auto_delete", false, "arguments", Map.of());

    private static final Map<String, Object> REJECTED_BOUND = Map.of(
            "source",
            Routing.EXCHANGE,
            "vhost",
            "/",
            "destination",
            Routing.REJECTED_QUEUE,
            "destination_type",
            "queue",
            "routing_key",
            Routing.REJECTED_QUEUE,
            "arguments",
            Map.of());

    String json() {
        return JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "vhosts",
                        List.of(Map.of("name", "/")),
                        "users",
                        Stream.concat(Stream.of(GUEST), users.stream().map(BrokerUser::login))
                                .toList(),
                        "permissions",
                        Stream.concat(Stream.of(GUEST_MAY), users.stream().map(BrokerUser::permissions))
                                .toList(),
                        "topic_permissions",
                        users.stream()
                                .flatMap(user -> user.topicPermissions().stream())
                                .toList(),
                        "exchanges",
                        Stream.of(Routing.EXCHANGE, Routing.CONTROLLERS_EXCHANGE)
                                .map(Definitions::exchange)
                                .toList(),
                        "queues",
                        List.of(REJECTED),
                        "bindings",
                        List.of(REJECTED_BOUND)));
    }

    private static Map<String, Object> exchange(String name) {
        return Map.of(
                "name",
                name,
                "vhost",
                "/",
                "type",
                "topic",
                "durable",
                true,
                "auto_delete",
                false,
                "internal",
                false,
                "arguments",
                Map.of());
    }
}
