package io.drover.scheduler.balancing.rules;

import io.drover.messages.HostId;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.balancing.Refusal;
import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Where one VM could go.
 *
 * @param destination the host that is least loaded after it; empty when every host was refused
 * @param refused every other host and why
 */
public record Placement(Optional<HostId> destination, List<Refusal> refused) {

    public static Placement of(Vm vm, PlannedLoad forecast, MoveGuard guard) {
        var refused = new ArrayList<Refusal>();
        var open = new ArrayList<Host>();
        for (Host host : forecast.snapshot().hosts()) {
            if (host.id().equals(vm.owner())) {
                continue;
            }
            Optional<Refusal> refusal = guard.refuse(new Move(vm, host.id(), ""), forecast);
            refusal.ifPresentOrElse(refused::add, () -> open.add(host));
        }
        Optional<Host> best = open.stream()
                .min(Comparator.comparingDouble((Host host) -> after(vm, host, forecast))
                        .thenComparing(Host::id));
        best.ifPresent(chosen -> open.stream()
                .filter(host -> !host.equals(chosen))
                .map(host -> fuller(vm, host, chosen, forecast))
                .forEach(refused::add));
        return new Placement(best.map(Host::id), refused);
    }

    private static Refusal fuller(Vm vm, Host host, Host chosen, PlannedLoad forecast) {
        String reason = "it would be at " + Amounts.percent(after(vm, host, forecast)) + ", " + chosen.id() + " at "
                + Amounts.percent(after(vm, chosen, forecast));
        return new Refusal(Code.FULLER, vm.name(), host.id(), reason);
    }

    private static double after(Vm vm, Host host, PlannedLoad forecast) {
        return forecast.with(new Move(vm, host.id(), "")).committed(host).fraction(host);
    }
}
