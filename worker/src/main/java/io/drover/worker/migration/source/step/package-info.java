/** The steps of a migration, one file each, and the recipes that put them in order. */
@NullMarked
package io.drover.worker.migration.source.step;

import org.jspecify.annotations.NullMarked;
