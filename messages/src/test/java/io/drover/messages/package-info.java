@NullMarked
package io.drover.messages;

import org.jspecify.annotations.NullMarked;
