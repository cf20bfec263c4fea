@NullMarked
package io.drover.messages.json;

import org.jspecify.annotations.NullMarked;
