package io.drover.messages.amqp;

import com.rabbitmq.client.AMQP.BasicProperties;
import java.util.Map;

/** AMQP properties as kombu writes them; without the content type its listeners drop the message. */
final class JsonProperties {
    private static final int TRANSIENT = 1;
    private static final int PERSISTENT = 2;

    private JsonProperties() {}

    static BasicProperties persistent(String messageId) {
        return json(PERSISTENT).messageId(messageId).build();
    }

    static BasicProperties persistent(String messageId, Map<String, Object> headers) {
        return json(PERSISTENT).messageId(messageId).headers(headers).build();
    }

    static BasicProperties transientOnes() {
        return json(TRANSIENT).build();
    }

    private static BasicProperties.Builder json(int deliveryMode) {
        return new BasicProperties.Builder()
                .contentType("application/json")
                .contentEncoding("utf-8")
                .deliveryMode(deliveryMode)
                .priority(0);
    }
}
