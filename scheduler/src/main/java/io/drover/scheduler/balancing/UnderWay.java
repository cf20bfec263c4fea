package io.drover.scheduler.balancing;

import io.drover.scheduler.balancing.Refusal.Code;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Vm;
import java.util.Optional;

/** Whether what is under way answers an overload already. */
final class UnderWay {
    private UnderWay() {}

    static Optional<Ground> answers(Overload overload, Forecast forecast) {
        return settling(overload.host(), forecast).or(() -> relief(overload, forecast));
    }

    /** Its owner has changed but older samples of the source still show it: the figures mean nothing yet. */
    private static Optional<Ground> settling(Host host, Forecast forecast) {
        return forecast.snapshot().inFlight().stream()
                .filter(open -> open.source().equals(host.id()))
                .flatMap(open -> forecast.eligibility().vm(open.vm()).stream())
                .filter(vm -> !vm.owner().equals(host.id()))
                .findFirst()
                .map(UnderWay::hasLeft);
    }

    private static Ground hasLeft(Vm vm) {
        return new Ground(Code.SETTLING, vm.name() + " has just left for " + vm.owner());
    }

    private static Optional<Ground> relief(Overload overload, Forecast forecast) {
        Load expected = forecast.relieved(overload.host());
        boolean leaving = forecast.movesFrom(overload.host().id()) > 0;
        return leaving && overload.below(overload.rules().high(), expected)
                ? Optional.of(new Ground(
                        Code.RELIEF_UNDER_WAY,
                        "the migrations under way bring it to " + Amounts.percent(overload.fraction(expected))))
                : Optional.empty();
    }
}
