/** Tests of the schema on a real PostgreSQL. */
@NullMarked
package io.drover.schema;

import org.jspecify.annotations.NullMarked;
