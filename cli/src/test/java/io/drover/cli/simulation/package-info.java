/**
 * The whole of Drover under one seed and a simulated clock: the real scheduler core and the real workers over a broker,
 * a database, a network and hypervisors in memory.
 */
@NullMarked
package io.drover.cli.simulation;

import org.jspecify.annotations.NullMarked;
