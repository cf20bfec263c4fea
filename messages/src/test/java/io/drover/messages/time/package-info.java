@NullMarked
package io.drover.messages.time;

import org.jspecify.annotations.NullMarked;
