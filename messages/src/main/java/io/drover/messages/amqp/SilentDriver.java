package io.drover.messages.amqp;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection that breaks is said by the supervisor, once and with its cause; the client would say it each time. */
final class SilentDriver extends ForgivingExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(SilentDriver.class);

    @Override
    public void handleUnexpectedConnectionDriverException(Connection connection, Throwable exception) {
        LOG.debug("the connection to RabbitMQ broke", exception);
    }
}
