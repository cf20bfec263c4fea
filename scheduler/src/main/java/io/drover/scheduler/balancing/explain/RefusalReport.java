package io.drover.scheduler.balancing.explain;

import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.balancing.load.Demands;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.balancing.problem.Candidates;
import io.drover.scheduler.balancing.problem.MoveUnit;
import io.drover.scheduler.balancing.problem.OverloadedHost;
import io.drover.scheduler.balancing.rules.MoveGuard;
import io.drover.scheduler.balancing.rules.PlannedLoad;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Why other VMs stay and other hosts were not taken. Of a large fleet, the emptiest hosts stand for the others.
 */
public final class RefusalReport {
    private static final int HOSTS_MAX = 8;
    private static final int VMS_MAX = 20;

    private final PlannedLoad forecast;

    public RefusalReport(PlannedLoad forecast) {
        this.forecast = forecast;
    }

    /** Alternatives to the moves chosen. */
    public List<Refusal> others(OverloadedHost hot, List<Move> chosen, Candidates all) {
        var refused = new ArrayList<Refusal>();
        chosen.stream().limit(VMS_MAX).forEach(move -> refused.addAll(places(move)));
        long bytes = chosen.stream().mapToLong(move -> move.vm().moveBytes()).sum();
        all.items().stream()
                .flatMap(item -> item.vms().stream())
                .filter(vm -> chosen.stream().noneMatch(move -> move.vm().equals(vm)))
                .limit(VMS_MAX)
                .map(vm -> stays(hot, vm, bytes))
                .forEach(refused::add);
        return refused;
    }

    private Refusal stays(OverloadedHost hot, Vm vm, long bytes) {
        if (vm.moveBytes() >= bytes) {
            return new Refusal(
                    Code.COSTS_MORE,
                    vm.name(),
                    null,
                    "its move costs " + Amounts.bytes(vm.moveBytes()) + ", " + Amounts.bytes(bytes) + " are enough");
        }
        double after = hot.overload().fraction(forecast.relieved(hot.host()).minus(Load.of(vm)));
        return new Refusal(
                Code.TOO_LITTLE_RELIEF, vm.name(), null, "without it the host would be at " + Amounts.percent(after));
    }

    private List<Refusal> places(Move move) {
        return hosts(move.vm()).stream()
                .filter(host -> !host.id().equals(move.destination()))
                .map(host -> refusal(move.vm(), host)
                        .orElseGet(() -> new Refusal(
                                Code.FULLER,
                                move.vm().name(),
                                host.id(),
                                "the move to " + move.destination() + " costs less in all")))
                .toList();
    }

    /** Why no host takes any of the items. */
    public List<Refusal> noPlace(List<MoveUnit> items) {
        return items.stream()
                .limit(VMS_MAX)
                .flatMap(item -> item.vms().stream())
                .flatMap(vm -> hosts(vm).stream().map(host -> refusal(vm, host)))
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<Refusal> refusal(Vm vm, Host host) {
        var move = new Move(vm, host.id(), "");
        return MoveGuard.balancing().refuse(move, forecast).or(() -> risky(vm, host));
    }

    private Optional<Refusal> risky(Vm vm, Host host) {
        double z = forecast.snapshot().rules().economy().z();
        double deviation =
                Math.sqrt(Demands.series(host.samples(), Dimension.CPU).variance());
        double cores = forecast.committed(host).cpuCores() + vm.cpuCores() + z * deviation;
        return cores > host.cpuCores()
                ? Optional.of(new Refusal(
                        Code.RISKY,
                        vm.name(),
                        host.id(),
                        "with " + z + " deviations it would need " + Amounts.cpu(cores, host)))
                : Optional.empty();
    }

    private List<Host> hosts(Vm vm) {
        List<Host> others = forecast.snapshot().hosts().stream()
                .filter(host -> !host.id().equals(vm.owner()))
                .toList();
        if (others.size() <= HOSTS_MAX) {
            return others;
        }
        return others.subList(0, Math.min(others.size(), 64)).stream()
                .sorted(Comparator.comparingDouble(
                        host -> Load.held(host, forecast.snapshot().rules()).fraction(host)))
                .limit(HOSTS_MAX)
                .toList();
    }
}
