package io.drover.simulator.stock.fleet;

/** One live migration; its source is where the machine is when it starts. */
public record Move(int vm, int target) {}
