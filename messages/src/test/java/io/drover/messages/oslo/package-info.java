@NullMarked
package io.drover.messages.oslo;

import org.jspecify.annotations.NullMarked;
