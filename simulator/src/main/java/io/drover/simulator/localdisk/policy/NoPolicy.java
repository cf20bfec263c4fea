package io.drover.simulator.localdisk.policy;

import java.util.List;

/** Leaves everything where it is: what the others are measured against. */
final class NoPolicy implements LocalDiskPolicy {
    @Override
    public int periodSeconds() {
        return 3600;
    }

    @Override
    public List<MoveOrder> decide(FleetView fleet) {
        return List.of();
    }
}
