package io.drover.scheduler.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.metrics.ProgramMeters;
import io.drover.scheduler.control.BalancerMode;
import io.drover.scheduler.control.Core;
import io.drover.scheduler.control.MigrateRequest;
import io.drover.scheduler.control.RefusedException;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.scheduler.quartz.PeriodicJob;
import io.drover.scheduler.quartz.PeriodicJob.OnMisfire;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FleetMetricsTest {
    private static final int HOSTS = 1000;
    private static final int SERIES_OF_A_HOST = 8;

    private final Core core = new Core();
    private final ProgramMeters meters = new ProgramMeters("scheduler");
    private final FleetMetrics fleet = new FleetMetrics(
            new FleetMetrics.Sources(core.store::statistics, () -> BalancerMode.SHADOW, core.snapshots::latest),
            core.clock,
            Duration.ofSeconds(45));

    FleetMetricsTest() {
        meters.add(fleet);
    }

    @AfterEach
    void close() {
        meters.close();
    }

    private List<String> told() {
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith("drover_fleet_"))
                .toList();
    }

    @Test
    void tellsMigrationsHostsVmsAndTheOutbox() throws RefusedException {
        FakeFleet.overload(core.store, core.clock.now(), 1);
        var id = new MigrationId(new UUID(5, 1));
        var ignored = core.requests.migrate(
                new MigrateRequest(id, "web-2", FakeFleet.H2, null, Map.of(), null, null, false, List.of(), "anna"));
        core.clock.advance(Duration.ofSeconds(7));
        fleet.look();

        assertThat(fleet.trouble()).isEmpty();
        assertThat(told())
                .contains(
                        "drover_fleet_migrations{state=\"queued\"} 1.0",
                        "drover_fleet_migrations{state=\"stranded\"} 0.0",
                        "drover_fleet_migration_oldest_seconds{state=\"queued\"} 7.0",
                        "drover_fleet_hosts 3.0",
                        "drover_fleet_host_report_age_seconds{host=\"h1\"} 8.0",
                        "drover_fleet_host_broker_connected{host=\"h3\"} 1.0",
                        "drover_fleet_vms{power=\"running\"} 3.0",
                        "drover_fleet_outbox_messages 2.0",
                        "drover_fleet_outbox_age_seconds 7.0",
                        "drover_fleet_balancer_mode{mode=\"shadow\"} 1.0",
                        "drover_fleet_balancer_mode{mode=\"automatic\"} 0.0")
                .noneMatch(line -> line.contains("completed"));
    }

    @Test
    void tellsTheLoadThatTheBalancerComparesWithItsMark() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
        assertThat(told()).noneMatch(line -> line.contains("load_ratio"));
        core.snapshots.build(core.clock.now());

        assertThat(told())
                .anyMatch(line -> line.startsWith("drover_fleet_host_load_ratio{host=\"h1\",resource=\"cpu\"} 0.93"));
        core.clock.advance(Duration.ofSeconds(46));
        assertThat(told()).as("what is old is not told").isEmpty();
    }

    @Test
    void aDatabaseThatIsAwayIsToldAndWhatWasReadStandsForAWhile() {
        fleet.look();
        core.line.available = false;
        fleet.look();
        assertThat(fleet.trouble()).isPresent();
        assertThat(told()).contains("drover_fleet_hosts 3.0");

        core.clock.advance(Duration.ofSeconds(46));
        assertThat(told()).isEmpty();
    }

    /** Nothing else grows: neither with VMs nor with migrations. */
    @Test
    void aThousandHostsAreEightThousandSeries() {
        Instant now = core.clock.now();
        for (int i = 0; i < HOSTS; i++) {
            var host = new HostId("host-" + i);
            FakeFleet.register(core.database, host);
            for (int sample = 4; sample > 0; sample--) {
                core.store.storeReport(FakeFleet.report(host, now.minusSeconds(5L * sample), 1, List.of()));
            }
        }
        core.snapshots.build(now);
        fleet.look();
        long series = told().stream().filter(line -> line.contains("host=\"")).count();
        assertThat(series).isBetween((long) HOSTS * (SERIES_OF_A_HOST - 1), (long) (HOSTS + 3) * SERIES_OF_A_HOST);
        assertThat(told().size() - series).isLessThan(100);
    }

    @Test
    void whoDoesAJobCountsIt() {
        var broken = new boolean[1];
        PeriodicJob job = new JobMeters(meters.registry(), core.clock)
                .counted(new PeriodicJob("balance", Duration.ofSeconds(10), OnMisfire.SKIP, at -> {
                    if (broken[0]) {
                        throw new IllegalStateException("a defect");
                    }
                }));
        job.work().run(core.clock.now());
        broken[0] = true;
        assertThatThrownBy(() -> job.work().run(core.clock.now())).hasMessage("a defect");
        assertThat(meters.scrape())
                .contains("drover_job_runs_total{job_name=\"balance\",result=\"done\"} 1.0")
                .contains("drover_job_runs_total{job_name=\"balance\",result=\"failed\"} 1.0")
                .contains("drover_job_last_success_timestamp_seconds{job_name=\"balance\"} "
                        + (double) core.clock.now().getEpochSecond());
    }
}
