package io.drover.messages.amqp;

/** Decides what becomes of each message of a queue. */
@FunctionalInterface
interface DeliveryHandler {
    /** Called by one thread at a time, in the order of the queue. An exception rejects the message. */
    Verdict handle(Delivery delivery);
}
