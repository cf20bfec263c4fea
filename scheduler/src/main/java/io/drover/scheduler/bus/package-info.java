/** Joins what a scheduler does to RabbitMQ; the only package here that speaks of the broker. */
@NullMarked
package io.drover.scheduler.bus;

import org.jspecify.annotations.NullMarked;
