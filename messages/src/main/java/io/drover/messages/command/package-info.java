/** The methods of both topics as types, so that who serves them writes an exhaustive switch. */
@NullMarked
package io.drover.messages.command;

import org.jspecify.annotations.NullMarked;
