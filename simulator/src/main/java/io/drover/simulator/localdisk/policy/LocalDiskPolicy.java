package io.drover.simulator.localdisk.policy;

import java.util.List;

/** Decides by what it sees; may remember what it saw. One object plays one day. */
public interface LocalDiskPolicy {
    /** How often it is asked, in seconds. */
    int periodSeconds();

    /** What to move now; what cannot start (no room, already moving) is refused and counted. */
    List<MoveOrder> decide(FleetView fleet);
}
