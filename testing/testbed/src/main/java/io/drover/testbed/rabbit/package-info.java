/** A RabbitMQ of one's own: a private node of the system's package, or a container. */
@NullMarked
package io.drover.testbed.rabbit;

import org.jspecify.annotations.NullMarked;
