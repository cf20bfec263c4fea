package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DecisionId;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.HostCapacity;
import io.drover.messages.HostReport.HostLoad;
import io.drover.messages.HostReport.VmLoad;
import io.drover.messages.bus.BusRights;
import io.drover.messages.bus.Sender;
import io.drover.scheduler.fakes.FakeFleet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TelemetryIntakeTest {
    private final Core core = new Core();
    private final TelemetryIntake intake = new TelemetryIntake(core.store, BusRights.DEFAULT, core.clock, core.meters);

    @Test
    void storesAReport() {
        assertThat(take(report(FakeFleet.H2, core.clock.now(), 0.5))).isEmpty();

        assertThat(core.reports()).hasSize(1);
        assertThat(core.meters.counter("drover.reports", "result", "taken").count())
                .isEqualTo(1);
    }

    @Test
    void refusesWhatWouldMislead() {
        Instant now = core.clock.now();
        refuses(report(new HostId("h9"), now, 0.5), "host: no host h9 is known");
        refuses(report(FakeFleet.H2, now.plusSeconds(31), 0.5), "at:");
        refuses(report(FakeFleet.H2, now.minusSeconds(601), 0.5), "at:");
        refuses(report(FakeFleet.H2, now, -0.5), "load:");
        refuses(report(FakeFleet.H2, now, Double.NaN), "load:");
        refuses(FakeFleet.report(FakeFleet.H2, now, 1, List.of(FakeFleet.load(FakeFleet.DB, 1, -1))), "load:");
        refuses(
                FakeFleet.report(
                        FakeFleet.H2,
                        now,
                        1,
                        List.of(FakeFleet.load(FakeFleet.DB, 1, 1), FakeFleet.load(FakeFleet.DB, 1, 1))),
                "vms:");
        HostReport good = report(FakeFleet.H2, now, 0.5);
        refuses(new HostReport(FakeFleet.H2, now, 0, good.capacity(), good.load(), List.of()), "period_seconds:");
        assertThat(core.reports()).isEmpty();
    }

    @Test
    void decidesNothingFromAClockThatIsAnHourOffNorFromAnUnknownHost() {
        Instant now = core.clock.now();
        for (int i = 20; i > 0; i -= 5) {
            Instant at = now.minusSeconds(i);
            // With clocks that are right these make the balancer move web-2: BalancerTest.
            FakeFleet.reports(at.plusSeconds(3600), 0.7, 0.7, 0.9).forEach(report -> refuses(report, "at: "));
            FakeFleet.reports(at.minusSeconds(3600), 0.7, 0.7, 0.9).forEach(report -> refuses(report, "at: "));
            refuses(report(new HostId("h9"), at, 1.5), "host: no host h9 is known");
        }

        core.balancer.balance(new DecisionId(new UUID(1, 1)));

        assertThat(core.reports()).isEmpty();
        assertThat(core.migrations()).isEmpty();
    }

    @Test
    void saysHowFarAClockIsOff() {
        Instant hourAhead = core.clock.now().plusSeconds(3600);

        assertThat(take(report(FakeFleet.H1, hourAhead, 0.5)))
                .hasValueSatisfying(why -> assertThat(why).contains("3600 s ahead of this scheduler's"));
        assertThat(take(report(FakeFleet.H1, hourAhead.minusSeconds(7200), 0.5)))
                .hasValueSatisfying(why -> assertThat(why).contains("3600 s behind this scheduler's"));
    }

    @Test
    @Tag("attack")
    @DisplayName("A6: a host cannot report in another host's name")
    void refusesAnImpostor() {
        HostReport report = report(FakeFleet.H2, core.clock.now().plusSeconds(25), 0);
        for (var sender : List.of(
                new Sender("drover-host-h1", "drover"),
                new Sender(null, "drover"),
                new Sender("drover-scheduler", ""))) {
            assertThat(intake.take(sender, report))
                    .hasValueSatisfying(why -> assertThat(why)
                            .startsWith("sender: ")
                            .contains("reports of h2 come from user drover-host-h2"));
        }
        assertThat(core.reports()).isEmpty();
        assertThat(take(report(FakeFleet.H2, core.clock.now(), 0.5))).isEmpty();
    }

    @Test
    @Tag("attack")
    @DisplayName("A6: a report from a clock that is ahead is the newest only until the next one")
    void aClockThatIsAheadDoesNotWin() {
        assertThat(take(report(FakeFleet.H2, core.clock.now().plusSeconds(25), 0.1)))
                .isEmpty();
        core.clock.advance(Duration.ofSeconds(1));
        assertThat(take(report(FakeFleet.H2, core.clock.now(), 0.9))).isEmpty();

        assertThat(core.reports()).extracting(HostReport::at).isSorted();
        assertThat(core.reports().getLast().load().cpuCores()).isEqualTo(0.9);
    }

    @Test
    @Tag("attack")
    @DisplayName("A8: numbers that no host has are refused")
    void refusesImpossibleNumbers() {
        Instant now = core.clock.now();
        for (double cores : List.of(1e308, Double.POSITIVE_INFINITY, 1e6)) {
            refuses(report(FakeFleet.H2, now, cores), "load:");
            refuses(FakeFleet.report(FakeFleet.H2, now, 1, List.of(FakeFleet.load(FakeFleet.DB, cores, 1))), "load:");
        }
        HostReport good = report(FakeFleet.H2, now, 0.5);
        for (var capacity : List.of(
                new HostCapacity(1e308, 1, 1, 1),
                new HostCapacity(Double.NaN, 1, 1, 1),
                new HostCapacity(1, Long.MAX_VALUE, 1, 1),
                new HostCapacity(1, 1, Long.MAX_VALUE, 1),
                new HostCapacity(1, 1, 1, Long.MAX_VALUE))) {
            refuses(new HostReport(FakeFleet.H2, now, 1, capacity, good.load(), List.of()), "load:");
        }
        for (var load : List.of(
                new HostLoad(1, Long.MAX_VALUE, 1, 1, 1),
                new HostLoad(1, 1, 1e308, 1, 1),
                new HostLoad(1, 1, 1, 1e308, 1),
                new HostLoad(1, 1, 1, 1, Long.MAX_VALUE),
                new HostLoad(1, 1, 1, 1, 1, 1.5, null))) {
            refuses(new HostReport(FakeFleet.H2, now, 1, good.capacity(), load, List.of()), "load:");
        }
        var big = new VmLoad(FakeFleet.DB, 1, 1, 1, 1, 1, 1, Long.MAX_VALUE, 1);
        refuses(new HostReport(FakeFleet.H2, now, 1, good.capacity(), good.load(), List.of(big)), "load:");
        assertThat(core.reports()).isEmpty();
    }

    @Test
    void looksForAnUnknownHostNowAndThenOnly() {
        refuses(report(new HostId("h9"), core.clock.now(), 0.5), "host:");
        int calls = core.line.calls;
        refuses(report(new HostId("h9"), core.clock.now(), 0.5), "host:");
        assertThat(core.line.calls).isEqualTo(calls);

        core.clock.advance(Duration.ofSeconds(2));
        FakeFleet.register(core.database, new HostId("h9"));
        assertThat(take(report(new HostId("h9"), core.clock.now(), 0.5))).isEmpty();
    }

    @Test
    void aLostDatabaseLosesReportsAndNothingElse() {
        core.line.available = false;
        refuses(report(FakeFleet.H2, core.clock.now(), 0.5), "the database does not answer");

        core.line.available = true;
        core.clock.advance(Duration.ofSeconds(5));
        assertThat(take(report(FakeFleet.H2, core.clock.now(), 0.5))).isEmpty();
    }

    private void refuses(HostReport report, String why) {
        assertThat(take(report)).hasValueSatisfying(text -> assertThat(text).startsWith(why));
    }

    private Optional<String> take(HostReport report) {
        return intake.take(senderOf(report.host()), report);
    }

    private static Sender senderOf(HostId host) {
        return new Sender("drover-host-" + host, "drover");
    }

    private static HostReport report(HostId host, Instant at, double cpu) {
        return FakeFleet.report(host, at, cpu, List.of());
    }
}
