/** Comparing a copy with its disk, region by region. */
@NullMarked
package io.drover.worker.replication.comparison;

import org.jspecify.annotations.NullMarked;
