/** The ports to the broker: what core code asks for and what it is asked; no word of AMQP. */
@NullMarked
package io.drover.messages.bus;

import org.jspecify.annotations.NullMarked;
