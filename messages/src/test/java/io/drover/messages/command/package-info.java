@NullMarked
package io.drover.messages.command;

import org.jspecify.annotations.NullMarked;
