@NullMarked
package io.drover.messages.config;

import org.jspecify.annotations.NullMarked;
