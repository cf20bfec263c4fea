/** Consolidation: fewer hosts carry the same load, by few moves. Pure: no clock, no files, no threads, no chance. */
@NullMarked
package io.drover.simulator.cloudsim.consolidation;

import org.jspecify.annotations.NullMarked;
