/** Steps, recipe and runner of a migration, source and destination. */
@NullMarked
package io.drover.worker.migration;

import org.jspecify.annotations.NullMarked;
