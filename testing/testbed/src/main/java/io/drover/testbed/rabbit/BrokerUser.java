package io.drover.testbed.rabbit;

import io.drover.messages.HostId;
import io.drover.messages.bus.BusRights;
import io.drover.messages.bus.Routing;
import java.util.List;
import java.util.Map;

/**
 * A user of the broker and what it may do, as docs/operating/broker.md says. Patterns are regular expressions over
 * names of exchanges and queues; in topics over routing keys.
 *
 * @param topics for exchanges where not every routing key is allowed
 */
public record BrokerUser(
        String name, String password, String configure, String write, String read, List<Topic> topics) {
    private static final String ALL = ".*";

    /** Which routing keys the user may publish with, and bind queues by. */
    public record Topic(String exchange, String write, String read) {}

    public BrokerUser {
        topics = List.copyOf(topics);
    }

    /** Of the schedulers: trusted with the whole fleet. */
    public static BrokerUser scheduler(String password) {
        return new BrokerUser("drover-scheduler", password, ALL, ALL, ALL, List.of());
    }

    /** Of one host's worker. */
    public static BrokerUser host(HostId host, String password) {
        String name = host.value().replace(".", "\\.");
        String queue = "drover_worker\\." + name;
        String own = "^" + queue + "$";
        return new BrokerUser(
                BusRights.DEFAULT.hostUser(host),
                password,
                own,
                "^(drover_fleet|" + queue + ")$",
                "^(drover_fleet|drover_controllers|" + queue + ")$",
                List.of(
                        new Topic(Routing.EXCHANGE, "^(load\\." + name + "|drover\\.rejected)$", own),
                        new Topic(Routing.CONTROLLERS_EXCHANGE, "^$", own)));
    }

    /** Of a cloud controller that speaks through oslo.messaging. */
    public static BrokerUser controller(String name, String password) {
        String own = "^(drover_controllers|reply_.*|notifications\\..*)$";
        return new BrokerUser(name, password, own, own, own, List.of());
    }

    Map<String, Object> login() {
        return Map.of("name", name, "password", password, "tags", "");
    }

    Map<String, Object> permissions() {
        return Map.of("user", name, "vhost", "/", "configure", configure, "write", write, "read", read);
    }

    List<Map<String, Object>> topicPermissions() {
        return topics.stream()
                .map(topic -> Map.<String, Object>of(
                        "user",
                        name,
                        "vhost",
                        "/",
                        "exchange",
                        topic.exchange(),
                        "write",
                        topic.write(),
                        "read",
                        topic.read()))
                .toList();
    }
}
