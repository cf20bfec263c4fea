/**
 * The worker's ports in memory, under one seed and a simulated clock: the real migration code runs here, one thread at
 * a time, with hosts that crash, links that break and a database that goes away.
 */
@NullMarked
package io.drover.worker.sim;

import org.jspecify.annotations.NullMarked;
