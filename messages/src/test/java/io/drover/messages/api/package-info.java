@NullMarked
package io.drover.messages.api;

import org.jspecify.annotations.NullMarked;
