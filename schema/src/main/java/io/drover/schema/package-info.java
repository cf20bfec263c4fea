/** The PostgreSQL migrations and the only SQL of Drover. */
@NullMarked
package io.drover.schema;

import org.jspecify.annotations.NullMarked;
