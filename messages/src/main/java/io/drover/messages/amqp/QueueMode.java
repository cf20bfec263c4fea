package io.drover.messages.amqp;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How queues are made that are not there yet; a queue that exists is used as it is. The last two match clouds whose
 * oslo.messaging runs with classic queues.
 */
public enum QueueMode {
    /** Replicated and durable: {@code rabbit_quorum_queue = true}. */
    QUORUM,
    /** {@code amqp_durable_queues = true}. */
    CLASSIC_DURABLE,
    /** The defaults of oslo.messaging; refused by RabbitMQ 4.3 unless it is told to permit them. */
    CLASSIC_TRANSIENT;

    /** The words of the setting {@code rabbit.queue-mode}. */
    public static List<String> settings() {
        return Arrays.stream(values()).map(QueueMode::setting).toList();
    }

    /** Throws {@link IllegalArgumentException} for an unknown word. */
    public static QueueMode of(String setting) {
        return Arrays.stream(values())
                .filter(mode -> mode.setting().equals(setting))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("rabbit.queue-mode: unknown '" + setting + "'"));
    }

    public String setting() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    boolean durable() {
        return this != CLASSIC_TRANSIENT;
    }

    Map<String, Object> arguments() {
        return this == QUORUM ? Map.of("x-queue-type", "quorum") : Map.of();
    }
}
