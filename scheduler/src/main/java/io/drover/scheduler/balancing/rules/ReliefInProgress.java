package io.drover.scheduler.balancing.rules;

import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.balancing.RefusalCause;
import io.drover.scheduler.balancing.load.Amounts;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.balancing.load.Overload;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.Optional;

/** Whether what is under way answers an overload already. */
public final class ReliefInProgress {
    private ReliefInProgress() {}

    public static Optional<RefusalCause> answers(Overload overload, PlannedLoad forecast) {
        return settling(overload.host(), forecast).or(() -> relief(overload, forecast));
    }

    /** Its owner has changed but older samples of the source still show it: the figures mean nothing yet. */
    private static Optional<RefusalCause> settling(Host host, PlannedLoad forecast) {
        return forecast.snapshot().inFlight().stream()
                .filter(open -> open.source().equals(host.id()))
                .flatMap(open -> forecast.eligibility().vm(open.vm()).stream())
                .filter(vm -> !vm.owner().equals(host.id()))
                .findFirst()
                .map(ReliefInProgress::hasLeft);
    }

    private static RefusalCause hasLeft(Vm vm) {
        return new RefusalCause(Code.SETTLING, vm.name() + " has just left for " + vm.owner());
    }

    private static Optional<RefusalCause> relief(Overload overload, PlannedLoad forecast) {
        Load expected = forecast.relieved(overload.host());
        boolean leaving = forecast.movesFrom(overload.host().id()) > 0;
        return leaving && overload.below(overload.rules().high(), expected)
                ? Optional.of(new RefusalCause(
                        Code.RELIEF_UNDER_WAY,
                        "the migrations under way bring it to " + Amounts.percent(overload.fraction(expected))))
                : Optional.empty();
    }
}
