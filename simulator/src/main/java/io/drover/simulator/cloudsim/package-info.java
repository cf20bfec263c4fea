/** The rules of the public PlanetLab experiment (CloudSim 3.0.3), written from their description. */
@NullMarked
package io.drover.simulator.cloudsim;

import org.jspecify.annotations.NullMarked;
