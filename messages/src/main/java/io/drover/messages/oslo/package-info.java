/** The wire format of oslo.messaging 2.0: requests, replies, notifications, and how they are written and read. */
@NullMarked
package io.drover.messages.oslo;

import org.jspecify.annotations.NullMarked;
