/**
 * RabbitMQ (3.10 to 4.3) over the client's own connections, with its automatic recovery off: {@link
 * io.drover.messages.amqp.BrokerSupervisor} opens connection, channels, queues and consumers as one unit, and drops and
 * opens all of it again when any of it breaks. The client's recovery never repairs a channel error and can restore half
 * of a topology (rabbitmq-java-client issues 266, 677).
 */
@NullMarked
package io.drover.messages.amqp;

import org.jspecify.annotations.NullMarked;
