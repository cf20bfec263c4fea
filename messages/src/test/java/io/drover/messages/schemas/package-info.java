@NullMarked
package io.drover.messages.schemas;

import org.jspecify.annotations.NullMarked;
