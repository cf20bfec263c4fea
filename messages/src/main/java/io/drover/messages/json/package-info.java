/** The one way in which Drover writes and reads JSON. */
@NullMarked
package io.drover.messages.json;

import org.jspecify.annotations.NullMarked;
