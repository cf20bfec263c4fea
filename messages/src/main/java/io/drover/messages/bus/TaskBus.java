package io.drover.messages.bus;

/** Publishes messages that must arrive. */
@FunctionalInterface
public interface TaskBus {
    /**
     * Publishes a message and waits, at most some seconds, until the broker has it in a queue.
     *
     * @param messageId the AMQP message id; for an envelope also its {@code _unique_id}
     * @param body JSON
     * @return true when the broker confirmed it and did not return it; false when it is away, refused it, or no queue
     *     took it: the message may still have arrived and is to be published again with the same id
     */
    boolean publish(String exchange, String routingKey, String messageId, String body);
}
