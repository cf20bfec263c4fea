/** Predicts what each algorithm would cost for one disk, from what was measured: pure functions, no port, no clock. */
@NullMarked
package io.drover.worker.replication.prediction;

import org.jspecify.annotations.NullMarked;
