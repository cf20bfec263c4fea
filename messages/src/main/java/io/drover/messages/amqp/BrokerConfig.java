package io.drover.messages.amqp;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * Where RabbitMQ is and how Drover logs in.
 *
 * @param tls null: the connection is not encrypted
 */
public record BrokerConfig(
        String host,
        int port,
        String virtualHost,
        String user,
        String password,
        QueueMode queueMode,
        @Nullable BrokerTls tls) {
    private static final int PORT = 5672;
    private static final int TLS_PORT = 5671;

    /** Not encrypted. */
    public BrokerConfig(String host, int port, String virtualHost, String user, String password, QueueMode queueMode) {
        this(host, port, virtualHost, user, password, queueMode, null);
    }

    /**
     * Reads the keys {@code rabbit.host}, {@code .port}, {@code .vhost}, {@code .user}, {@code .password},
     * {@code .queue-mode}, and those of {@link BrokerTls}.
     */
    public static BrokerConfig read(Settings settings) throws ConfigException {
        BrokerTls tls = BrokerTls.read(settings);
        return new BrokerConfig(
                settings.text("rabbit.host", "127.0.0.1"),
                (int) settings.whole("rabbit.port", tls == null ? PORT : TLS_PORT, 1, 65_535),
                settings.text("rabbit.vhost", "/"),
                settings.text("rabbit.user"),
                settings.secret("rabbit.password"),
                QueueMode.of(settings.choice("rabbit.queue-mode", QueueMode.QUORUM.setting(), QueueMode.settings())),
                tls);
    }

    /** Whether nothing of the connection is on a network. */
    public boolean isLocal() {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }

    public String address() {
        return host + ":" + port;
    }

    @Override
    public String toString() {
        return "BrokerConfig[" + user + "@" + address() + virtualHost + ", " + queueMode.setting()
                + (tls == null ? "" : ", TLS") + "]";
    }
}
