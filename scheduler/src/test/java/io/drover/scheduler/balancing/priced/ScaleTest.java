package io.drover.scheduler.balancing.priced;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.scheduler.balancing.Fleets;
import io.drover.scheduler.balancing.Plan;
import io.drover.scheduler.cluster.ClusterSnapshot;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** How long a plan takes. The bounds are several times what it takes alone on a core, because builds share theirs. */
class ScaleTest {
    @Test
    void plansForAThousandHosts() {
        plans(Fleets.of(1, 1000, 20, 0.05), Duration.ofSeconds(10));
    }

    @Test
    @EnabledIfSystemProperty(named = "scale", matches = ".*")
    void plansForTenThousandHosts() {
        plans(Fleets.of(1, 10_000, 20, 0.05), Duration.ofSeconds(60));
    }

    private static void plans(ClusterSnapshot snapshot, Duration bound) {
        var strategy = new PricedMoves();
        // A scheduler plans every few seconds, so its code is compiled.
        ClusterSnapshot small = Fleets.of(2, 200, 20, 0.05);
        for (int i = 0; i < 5; i++) {
            strategy.plan(small);
        }
        long began = System.nanoTime();
        Plan plan = strategy.plan(snapshot);
        Duration took = Duration.ofNanos(System.nanoTime() - began);

        System.out.printf(
                "%d hosts, %d VMs: %d moves now, %d later, in %d ms%n",
                snapshot.hosts().size(),
                snapshot.vms().size(),
                plan.moves().size(),
                plan.later().size(),
                took.toMillis());
        assertThat(plan.moves()).isNotEmpty();
        assertThat(took).isLessThan(bound);
    }
}
