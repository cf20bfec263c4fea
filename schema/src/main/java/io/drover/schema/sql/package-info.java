/** The little JDBC that the stores share. */
@NullMarked
package io.drover.schema.sql;

import org.jspecify.annotations.NullMarked;
