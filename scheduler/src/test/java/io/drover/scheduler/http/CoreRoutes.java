package io.drover.scheduler.http;

import io.drover.scheduler.control.Core;
import io.drover.scheduler.control.Identifiers;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.scheduler.AccessStore;
import io.drover.schema.scheduler.LoadHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All routes over the core over fakes. */
final class CoreRoutes {
    private CoreRoutes() {}

    static Routes of(Core core, AccessStore access, Supplier<Optional<String>> brokerTrouble) {
        return new Routes(
                core.store,
                core.requests,
                new Identifiers(new SplittableRandom(1)),
                new Health(core.store, brokerTrouble, Optional::empty, core.clock),
                () -> "# metrics\n",
                List.of(
                        new FleetRoutes(CoreRoutes::history, core.store),
                        new BalancerRoutes(core.store, core.balancer, core.plans),
                        new TokenRoutes(access, new SplittableRandom(2))));
    }

    /** A VM that was measured in the first of the slots asked for. */
    private static LoadHistory history(Instant since, Instant until) {
        int slots = (int) Duration.between(since, until).toSeconds() / LoadHistory.SLOT_SECONDS;
        var cpuCores = new ArrayList<@Nullable Double>(Collections.nCopies(slots, null));
        cpuCores.set(0, 0.5);
        return new LoadHistory(
                since,
                LoadHistory.SLOT_SECONDS,
                slots,
                List.of(new LoadHistory.HostHistory(FakeFleet.H1, Collections.nCopies(slots, 150))),
                List.of(new LoadHistory.VmHistory(FakeFleet.WEB_1, "web-1", 2, FakeFleet.H1, cpuCores)));
    }
}
