package io.drover.messages.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.Map;

/** AMQP properties as kombu writes them; without the content type its listeners drop the message. */
final class JsonProperties {
    private static final int TRANSIENT = 1;
    private static final int PERSISTENT = 2;

    private JsonProperties() {}

    /** What a program says by itself, in its own name: {@code user} must be the connection's, the broker checks it. */
    static BasicProperties persistentOf(String user, String messageId) {
        return json(PERSISTENT).messageId(messageId).userId(user).build();
    }

    /** What somebody else asked for, an answer or a refused message: in nobody's name, so that it commands nobody. */
    static BasicProperties persistent(String messageId) {
        return json(PERSISTENT).messageId(messageId).build();
    }

    static BasicProperties persistent(String messageId, Map<String, Object> headers) {
        return json(PERSISTENT).messageId(messageId).headers(headers).build();
    }

    static BasicProperties transientOf(String user) {
        return json(TRANSIENT).userId(user).build();
    }

    private static BasicProperties.Builder json(int deliveryMode) {
        return new BasicProperties.Builder()
                .contentType("application/json")
                .contentEncoding("utf-8")
                .deliveryMode(deliveryMode)
                .priority(0);
    }
}
