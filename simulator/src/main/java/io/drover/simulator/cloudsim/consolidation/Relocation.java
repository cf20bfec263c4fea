package io.drover.simulator.cloudsim.consolidation;

/** One move; all three are indices into what was given. */
public record Relocation(int vm, int from, int to) {}
