package io.drover.scheduler.balancing.rules;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.RefusalCause;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Economy;
import io.drover.scheduler.cluster.EndedMigration;
import io.drover.scheduler.cluster.InFlight;
import io.drover.scheduler.cluster.Vm;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the migrations that ended forbid: a VM rests in proportion to the bytes it moved, does not go back, and
 * nobody moves more bytes a day than allowed. Where somebody else moves VMs as well, his are left to him.
 */
public final class MoveHistory {
    private static final double GIB = 1L << 30;
    private static final Duration DAY = Duration.ofDays(1);

    private final ClusterSnapshot snapshot;
    private final Economy economy;
    private final Map<VmId, EndedMigration> last = new HashMap<>();
    private final Map<VmId, EndedMigration> lastCompleted = new HashMap<>();
    private final Map<VmId, Long> ofVm = new HashMap<>();
    private final Map<HostId, Long> ofHost = new HashMap<>();
    private long ofFleet;

    MoveHistory(ClusterSnapshot snapshot) {
        this.snapshot = snapshot;
        economy = snapshot.rules().economy();
        for (EndedMigration ended : snapshot.ended()) {
            last.put(ended.vm(), ended);
            if (ended.completed()) {
                lastCompleted.put(ended.vm(), ended);
            }
            if (age(ended).compareTo(DAY) < 0) {
                count(ended.vm(), ended.source(), ended.destination(), ended.bytes());
            }
        }
        for (InFlight open : snapshot.inFlight()) {
            long bytes = snapshot.vm(open.vm()).map(Vm::moveBytes).orElse(0L);
            count(open.vm(), open.source(), open.destination(), bytes);
        }
    }

    private void count(VmId vm, HostId source, HostId destination, long bytes) {
        ofVm.merge(vm, bytes, Long::sum);
        ofHost.merge(source, bytes, Long::sum);
        ofHost.merge(destination, bytes, Long::sum);
        ofFleet += bytes;
    }

    /** Why the VM is left alone at present. */
    public Optional<RefusalCause> ofVm(Vm vm, boolean critical) {
        return resting(vm, critical).or(() -> foreign(vm)).or(() -> budgets(vm));
    }

    /** Whose budget of bytes a move of the VM to the host would break. */
    Optional<RefusalCause> budgets(Vm vm, HostId host) {
        return budgets(vm).or(() -> spent(economy.hostDayBytes(), ofHost.getOrDefault(host, 0L), vm, host.toString()));
    }

    private Optional<RefusalCause> budgets(Vm vm) {
        return spent(economy.vmDayBytes(), ofVm.getOrDefault(vm.id(), 0L), vm, vm.name())
                .or(() -> spent(
                        economy.hostDayBytes(),
                        ofHost.getOrDefault(vm.owner(), 0L),
                        vm,
                        vm.owner().toString()))
                .or(() -> spent(economy.fleetDayBytes(), ofFleet, vm, "the fleet"));
    }

    /** Why the VM does not go to the host at present. */
    public Optional<RefusalCause> ofPair(Vm vm, HostId host, boolean critical) {
        return spent(economy.hostDayBytes(), ofHost.getOrDefault(host, 0L), vm, host.toString())
                .or(() -> returning(vm, host, critical));
    }

    /** What the budgets have left when these moves are made first. */
    Optional<RefusalCause> ofPlan(Move move, List<Move> planned) {
        Vm vm = move.vm();
        return spent(economy.fleetDayBytes(), ofFleet + bytes(planned.stream()), vm, "the fleet")
                .or(() -> ofHost(move.source(), vm, planned))
                .or(() -> ofHost(move.destination(), vm, planned));
    }

    private Optional<RefusalCause> ofHost(HostId host, Vm vm, List<Move> planned) {
        long bytes = ofHost.getOrDefault(host, 0L)
                + bytes(planned.stream()
                        .filter(other -> other.source().equals(host)
                                || other.destination().equals(host)));
        return spent(economy.hostDayBytes(), bytes, vm, host.toString());
    }

    private static long bytes(Stream<Move> moves) {
        return moves.mapToLong(move -> move.vm().moveBytes()).sum();
    }

    /** Whether nothing that ended concerns the VM, nor any budget is kept; then nobody need ask. */
    boolean silentAbout(Vm vm) {
        return !last.containsKey(vm.id()) && economy.hostDayBytes() == 0;
    }

    private Optional<RefusalCause> resting(Vm vm, boolean critical) {
        EndedMigration ended = last.get(vm.id());
        if (ended == null || critical) {
            return Optional.empty();
        }
        Duration rest = snapshot.rules().coolDown().plus(inProportion(ended));
        return age(ended).compareTo(rest) >= 0
                ? Optional.empty()
                : Optional.of(new RefusalCause(
                        Code.COOL_DOWN,
                        vm.name() + " took part in a migration that ended " + Amounts.seconds(age(ended))
                                + " ago (cool-down " + Amounts.seconds(rest) + ")"));
    }

    private Optional<RefusalCause> returning(Vm vm, HostId host, boolean critical) {
        EndedMigration ended = lastCompleted.get(vm.id());
        if (ended == null || critical || !ended.source().equals(host)) {
            return Optional.empty();
        }
        Duration longer = economy.noReturn().plus(inProportion(ended));
        return age(ended).compareTo(longer) >= 0
                ? Optional.empty()
                : Optional.of(new RefusalCause(
                        Code.NO_RETURN,
                        vm.name() + " left " + host + " " + Amounts.seconds(age(ended))
                                + " ago and does not return within " + Amounts.seconds(longer)));
    }

    /** Moved by somebody else, or found elsewhere than where it was moved: two balancers would play ping-pong. */
    private Optional<RefusalCause> foreign(Vm vm) {
        EndedMigration ended = lastCompleted.get(vm.id());
        if (ended == null || age(ended).compareTo(economy.noReturn()) >= 0) {
            return Optional.empty();
        }
        boolean elsewhere = !ended.destination().equals(vm.owner());
        return ended.foreign() || elsewhere
                ? Optional.of(new RefusalCause(
                        Code.FOREIGN_MOVER,
                        "somebody else moves " + vm.name() + ": "
                                + (elsewhere
                                        ? "it was moved to " + ended.destination() + " and is at " + vm.owner()
                                        : "to " + ended.destination() + ", " + Amounts.seconds(age(ended)) + " ago")))
                : Optional.empty();
    }

    private static Optional<RefusalCause> spent(long budget, long bytes, Vm vm, String whose) {
        return budget == 0 || bytes + vm.moveBytes() <= budget
                ? Optional.empty()
                : Optional.of(new RefusalCause(
                        Code.BUDGET,
                        whose + " has moved " + Amounts.bytes(bytes) + " in 24 hours; with " + vm.name()
                                + " it would be over " + Amounts.bytes(budget)));
    }

    private Duration inProportion(EndedMigration ended) {
        return Duration.ofMillis(
                Math.round(economy.restPerGib().toMillis() * (ended.completed() ? ended.bytes() / GIB : 0)));
    }

    private Duration age(EndedMigration ended) {
        Instant at = ended.at();
        return Duration.between(at, snapshot.at());
    }
}
