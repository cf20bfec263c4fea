@NullMarked
package io.drover.messages.bus;

import org.jspecify.annotations.NullMarked;
