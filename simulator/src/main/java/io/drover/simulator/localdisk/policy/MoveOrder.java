package io.drover.simulator.localdisk.policy;

/** To move a VM to another host, by their indices. */
public record MoveOrder(int vm, int target) {}
