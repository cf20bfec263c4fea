@NullMarked
package io.drover.messages.amqp;

import org.jspecify.annotations.NullMarked;
