package io.drover.scheduler.control;

import io.drover.messages.HostId;
import io.drover.messages.time.Clock;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Constraints;
import io.drover.scheduler.cluster.SnapshotBuilder;
import io.drover.scheduler.control.RefusedException.Kind;
import io.drover.schema.record.VmRecord;
import java.util.List;

/** What is said of VMs and hosts, where somebody asks for a move by name. */
final class NamedMoves {
    private final SnapshotBuilder snapshots;
    private final Clock clock;

    NamedMoves(SnapshotBuilder snapshots, Clock clock) {
        this.snapshots = snapshots;
        this.clock = clock;
    }

    /** What the move would break, each with the label or the key that says it; empty: nothing. */
    List<String> broken(VmRecord vm, HostId destination) {
        ClusterSnapshot snapshot = snapshots.build(clock.now());
        return snapshot.vm(vm.definition().id()).stream()
                .filter(seen -> snapshot.host(destination).isPresent())
                .flatMap(seen -> MoveGuard.said().broken(snapshot, new Move(seen, destination, "")).stream())
                .map(NamedMoves::sentence)
                .toList();
    }

    RefusedException refusal(List<String> broken) {
        return new RefusedException(
                Kind.UNFIT,
                "destination",
                String.join("; ", broken) + ". To override: --force --reason TEXT, over HTTP and on the bus"
                        + " \"force\": {\"reason\": TEXT}");
    }

    private static String sentence(Refusal refusal) {
        String said = saidBy(refusal.code());
        return said.isEmpty() || refusal.reason().contains(said)
                ? refusal.reason()
                : refusal.reason() + " (" + said + ")";
    }

    private static String saidBy(Refusal.Code code) {
        return switch (code) {
            case MAINTENANCE, NOT_IN_WINDOW -> Constraints.MAINTENANCE;
            case PINNED -> Constraints.PIN;
            case EXCLUDED -> Constraints.EXCLUDE;
            case AFFINITY -> Constraints.AFFINITY;
            case ANTI_AFFINITY -> Constraints.ANTI_AFFINITY;
            case CPU_MODEL -> Constraints.CPU_MODEL;
            case BUDGET -> "balance.*_day_bytes";
            default -> "";
        };
    }
}
