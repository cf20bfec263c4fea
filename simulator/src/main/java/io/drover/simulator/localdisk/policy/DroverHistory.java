package io.drover.simulator.localdisk.policy;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.scheduler.cluster.EndedMigration;
import io.drover.scheduler.cluster.InFlight;
import io.drover.scheduler.cluster.RetainedCopy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** What the scheduler's database would know of moves: those under way, and those of the last day. */
final class DroverHistory {
    private static final long DAY_S = 86_400;

    /** A move that was ordered: from where, to where, when. */
    private record Begun(int vm, int source, int target, long at, long number) {}

    /** One that arrived. */
    private record Arrived(Begun begun, long at) {}

    private final Map<Integer, Begun> underWay = new TreeMap<>();
    private final List<Arrived> arrived = new ArrayList<>();
    private final Map<Integer, Long> changedAt = new HashMap<>();
    private long orders;

    void ordered(MoveOrder order, FleetView fleet) {
        int vm = order.vm();
        underWay.put(vm, new Begun(vm, fleet.host(vm), order.target(), fleet.now(), ++orders));
    }

    /** Notes which moves have arrived, and forgets orders that were refused. */
    void look(FleetView fleet) {
        for (Begun begun : List.copyOf(underWay.values())) {
            if (fleet.target(begun.vm()) == FleetView.NONE) {
                underWay.remove(begun.vm());
                if (fleet.host(begun.vm()) == begun.target()) {
                    arrived.add(new Arrived(begun, fleet.now()));
                    changedAt.put(begun.source(), fleet.now());
                    changedAt.put(begun.target(), fleet.now());
                }
            }
        }
        arrived.removeIf(move -> fleet.now() - move.at() > DAY_S);
    }

    /** Since when a host has the VMs it has. */
    long changedAt(int host) {
        return changedAt.getOrDefault(host, 0L);
    }

    List<InFlight> inFlight() {
        return underWay.values().stream()
                .map(begun -> new InFlight(
                        new MigrationId(new UUID(1, begun.number())),
                        DroverPolicy.vmId(begun.vm()),
                        DroverPolicy.hostId(begun.source()),
                        DroverPolicy.hostId(begun.target()),
                        MigrationState.REPLICATING))
                .toList();
    }

    List<EndedMigration> ended(FleetView fleet) {
        return arrived.stream()
                .map(move -> new EndedMigration(
                        DroverPolicy.vmId(move.begun().vm()),
                        DroverPolicy.hostId(move.begun().source()),
                        DroverPolicy.hostId(move.begun().target()),
                        MigrationState.COMPLETED,
                        Instant.ofEpochSecond(move.at()),
                        Instant.ofEpochSecond(move.begun().at()),
                        fleet.vmResident(move.begun().vm())
                                + fleet.vmDisk(move.begun().vm()),
                        false))
                .toList();
    }

    /** Images that hosts kept, less what was written since. */
    List<RetainedCopy> held(FleetView fleet) {
        var held = new ArrayList<RetainedCopy>();
        for (Arrived move : arrived) {
            int vm = move.begun().vm();
            long good = (long) (fleet.vmDisk(vm) - fleet.vmWrites(vm) * (fleet.now() - move.at()));
            if (good > 0 && fleet.host(vm) != move.begun().source()) {
                held.removeIf(earlier -> earlier.vm().equals(DroverPolicy.vmId(vm))
                        && earlier.host()
                                .equals(DroverPolicy.hostId(move.begun().source())));
                held.add(new RetainedCopy(
                        DroverPolicy.vmId(vm), DroverPolicy.hostId(move.begun().source()), good));
            }
        }
        return held;
    }
}
