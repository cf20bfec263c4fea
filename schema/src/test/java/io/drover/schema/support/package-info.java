/** A migrated database and sample rows for tests. */
@NullMarked
package io.drover.schema.support;

import org.jspecify.annotations.NullMarked;
