/** Configuration files: one properties file a program, every key known. */
@NullMarked
package io.drover.messages.config;

import org.jspecify.annotations.NullMarked;
