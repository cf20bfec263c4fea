/** Checks of PostgreSQL and RabbitMQ, with the logins of the program that needs them. */
@NullMarked
package io.drover.cli.doctor.service;

import org.jspecify.annotations.NullMarked;
