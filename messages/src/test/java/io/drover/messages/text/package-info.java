@NullMarked
package io.drover.messages.text;

import org.jspecify.annotations.NullMarked;
