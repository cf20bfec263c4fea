/** Time as a port: code that must run under a simulated clock asks here and nowhere else. */
@NullMarked
package io.drover.messages.time;

import org.jspecify.annotations.NullMarked;
