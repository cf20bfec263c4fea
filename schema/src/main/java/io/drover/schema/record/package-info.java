/** Rows as both programs read them. */
@NullMarked
package io.drover.schema.record;

import org.jspecify.annotations.NullMarked;
