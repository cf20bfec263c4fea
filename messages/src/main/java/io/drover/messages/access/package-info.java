/** Who may ask the scheduler for what over HTTP. */
@NullMarked
package io.drover.messages.access;

import org.jspecify.annotations.NullMarked;
