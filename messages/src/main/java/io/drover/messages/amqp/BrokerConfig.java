package io.drover.messages.amqp;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;

/** Where RabbitMQ is and how Drover logs in. */
public record BrokerConfig(
        String host, int port, String virtualHost, String user, String password, QueueMode queueMode) {

    /**
     * Reads the keys {@code rabbit.host}, {@code .port}, {@code .vhost}, {@code .user}, {@code .password},
     * {@code .queue-mode}.
     */
    public static BrokerConfig read(Settings settings) throws ConfigException {
        return new BrokerConfig(
                settings.text("rabbit.host", "127.0.0.1"),
                (int) settings.whole("rabbit.port", 5672, 1, 65_535),
                settings.text("rabbit.vhost", "/"),
                settings.text("rabbit.user"),
                settings.secret("rabbit.password"),
                QueueMode.of(settings.choice("rabbit.queue-mode", QueueMode.QUORUM.setting(), QueueMode.settings())));
    }

    public String address() {
        return host + ":" + port;
    }

    @Override
    public String toString() {
        return "BrokerConfig[" + user + "@" + address() + virtualHost + ", " + queueMode.setting() + "]";
    }
}
