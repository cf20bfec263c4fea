package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.scheduler.fakes.Fleet;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TelemetryIntakeTest {
    private final Core core = new Core();
    private final TelemetryIntake intake = new TelemetryIntake(core.store, core.clock, core.meters);

    @Test
    void storesAReport() {
        assertThat(intake.take(report(Fleet.H2, core.clock.now(), 0.5))).isEmpty();

        assertThat(core.store.reportRows).hasSize(1);
        assertThat(core.meters.counter("drover.reports", "result", "taken").count())
                .isEqualTo(1);
    }

    @Test
    void refusesWhatWouldMislead() {
        Instant now = core.clock.now();
        refuses(report(new HostId("h9"), now, 0.5), "host: no host h9 is known");
        refuses(report(Fleet.H2, now.plusSeconds(31), 0.5), "at:");
        refuses(report(Fleet.H2, now.minusSeconds(601), 0.5), "at:");
        refuses(report(Fleet.H2, now, -0.5), "load:");
        refuses(report(Fleet.H2, now, Double.NaN), "load:");
        refuses(Fleet.report(Fleet.H2, now, 1, List.of(Fleet.load(Fleet.DB, 1, -1))), "load:");
        refuses(
                Fleet.report(Fleet.H2, now, 1, List.of(Fleet.load(Fleet.DB, 1, 1), Fleet.load(Fleet.DB, 1, 1))),
                "vms:");
        HostReport good = report(Fleet.H2, now, 0.5);
        refuses(new HostReport(Fleet.H2, now, 0, good.capacity(), good.load(), List.of()), "period_seconds:");
        assertThat(core.store.reportRows).isEmpty();
    }

    @Test
    void decidesNothingFromAClockThatIsAnHourOffNorFromAnUnknownHost() {
        Instant now = core.clock.now();
        for (int i = 20; i > 0; i -= 5) {
            Instant at = now.minusSeconds(i);
            // With clocks that are right these make the balancer move web-2: BalancerTest.
            Fleet.reports(at.plusSeconds(3600), 0.7, 0.7, 0.9).forEach(report -> refuses(report, "at: "));
            Fleet.reports(at.minusSeconds(3600), 0.7, 0.7, 0.9).forEach(report -> refuses(report, "at: "));
            refuses(report(new HostId("h9"), at, 1.5), "host: no host h9 is known");
        }

        core.balancer.balance(new DecisionId(new UUID(1, 1)));

        assertThat(core.store.reportRows).isEmpty();
        assertThat(core.store.migrationRows).isEmpty();
    }

    @Test
    void saysHowFarAClockIsOff() {
        Instant hourAhead = core.clock.now().plusSeconds(3600);

        assertThat(intake.take(report(Fleet.H1, hourAhead, 0.5)))
                .hasValueSatisfying(why -> assertThat(why).contains("3600 s ahead of this scheduler's"));
        assertThat(intake.take(report(Fleet.H1, hourAhead.minusSeconds(7200), 0.5)))
                .hasValueSatisfying(why -> assertThat(why).contains("3600 s behind this scheduler's"));
    }

    @Test
    void looksForAnUnknownHostNowAndThenOnly() {
        refuses(report(new HostId("h9"), core.clock.now(), 0.5), "host:");
        int calls = core.store.calls;
        refuses(report(new HostId("h9"), core.clock.now(), 0.5), "host:");
        assertThat(core.store.calls).isEqualTo(calls);

        core.clock.advance(Duration.ofSeconds(2));
        core.store.hostRows.put(
                new HostId("h9"),
                new HostRow(new HostId("h9"), "127.0.0.1:1", "QEMU 7.2.22", 1, 1, 1, 1, 1, null, 0, 0));
        assertThat(intake.take(report(new HostId("h9"), core.clock.now(), 0.5))).isEmpty();
    }

    @Test
    void aLostDatabaseLosesReportsAndNothingElse() {
        core.store.available = false;
        refuses(report(Fleet.H2, core.clock.now(), 0.5), "the database does not answer");

        core.store.available = true;
        core.clock.advance(Duration.ofSeconds(5));
        assertThat(intake.take(report(Fleet.H2, core.clock.now(), 0.5))).isEmpty();
    }

    private void refuses(HostReport report, String why) {
        assertThat(intake.take(report))
                .hasValueSatisfying(text -> assertThat(text).startsWith(why));
    }

    private static HostReport report(HostId host, Instant at, double cpu) {
        return Fleet.report(host, at, cpu, List.of());
    }
}
