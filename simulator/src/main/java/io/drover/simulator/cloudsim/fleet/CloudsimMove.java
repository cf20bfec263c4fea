package io.drover.simulator.cloudsim.fleet;

/** One live migration; its source is where the VM is when it starts. */
public record CloudsimMove(int vm, int target) {}
