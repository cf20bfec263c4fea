/** Comparing the copy with its source: ahead of the switchover, in the pause, and after it. */
@NullMarked
package io.drover.worker.migration.source.comparison;

import org.jspecify.annotations.NullMarked;
