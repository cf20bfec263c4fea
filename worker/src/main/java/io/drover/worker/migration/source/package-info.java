/** A migration at its source: the runner that takes its steps, and what watches it on the way. */
@NullMarked
package io.drover.worker.migration.source;

import org.jspecify.annotations.NullMarked;
