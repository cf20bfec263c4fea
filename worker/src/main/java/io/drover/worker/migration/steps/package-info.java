/** The steps of a migration, one file each. */
@NullMarked
package io.drover.worker.migration.steps;

import org.jspecify.annotations.NullMarked;
