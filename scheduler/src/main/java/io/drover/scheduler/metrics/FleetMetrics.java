package io.drover.scheduler.metrics;

import io.drover.messages.MigrationState;
import io.drover.messages.time.Clock;
import io.drover.scheduler.balancing.Dimension;
import io.drover.scheduler.balancing.load.Load;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.control.BalancerMode;
import io.drover.schema.StoreProbe;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.FleetStatistics;
import io.drover.schema.scheduler.FleetStatistics.HostStatistics;
import io.drover.schema.scheduler.FleetStatistics.OpenMigrations;
import io.drover.schema.scheduler.FleetStatistics.Vms;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fleet in families of gauges. The database is read by {@link #look}, once in a period, and never by a scrape: a
 * scrape is answered when the database hangs, and any number of them costs it nothing. What is old is not told.
 *
 * <p>A host has eight series at most, and nothing has a label that grows with migrations or VMs: a thousand hosts are
 * some eight thousand series of each scheduler.
 */
public final class FleetMetrics implements MultiCollector {
    private final Sources sources;
    private final Clock clock;
    private final Duration lasts;
    private volatile @Nullable Reading latest;
    private volatile Optional<String> trouble = Optional.of("not asked yet");

    /**
     * Where the numbers come from.
     *
     * @param snapshot the cluster as this scheduler last saw it, in order to decide
     */
    public record Sources(
            Supplier<FleetStatistics> statistics,
            Supplier<BalancerMode> mode,
            Supplier<Optional<ClusterSnapshot>> snapshot) {}

    private record Reading(Instant at, FleetStatistics fleet, BalancerMode mode) {}

    /** {@code lasts}: for how long what was read is told. */
    public FleetMetrics(Sources sources, Clock clock, Duration lasts) {
        this.sources = sources;
        this.clock = clock;
        this.lasts = lasts;
    }

    /** Reads the database; when it does not answer, what was read before stands for a while. */
    public void look() {
        trouble = StoreProbe.trouble(() -> latest = new Reading(
                clock.now(), sources.statistics().get(), sources.mode().get()));
    }

    /** Why the last look read nothing. */
    public Optional<String> trouble() {
        return trouble;
    }

    @Override
    public MetricSnapshots collect() {
        Reading reading = latest;
        List<GaugeFamily> fleet = reading == null || isOld(reading.at()) ? List.of() : families(reading);
        List<GaugeFamily> loads = sources.snapshot()
                .get()
                .filter(snapshot -> !isOld(snapshot.at()))
                .map(FleetMetrics::loads)
                .orElse(List.of());
        return new MetricSnapshots(Stream.concat(fleet.stream(), loads.stream())
                .map(GaugeFamily::snapshot)
                .toArray(MetricSnapshot[]::new));
    }

    private boolean isOld(Instant at) {
        return at.plus(lasts).isBefore(clock.now());
    }

    private static List<GaugeFamily> families(Reading reading) {
        FleetStatistics fleet = reading.fleet();
        return Stream.of(
                        migrations(fleet.migrations()),
                        vms(fleet.vms()),
                        hosts(fleet.hosts()),
                        outbox(fleet.outbox()),
                        mode(reading.mode()))
                .flatMap(List::stream)
                .toList();
    }

    /** Every state that is open has its series, so that none appears from nowhere with the first migration. */
    private static List<GaugeFamily> migrations(List<OpenMigrations> counted) {
        Map<MigrationState, OpenMigrations> byState =
                counted.stream().collect(Collectors.toMap(OpenMigrations::state, Function.identity()));
        var count = new GaugeFamily("drover_fleet_migrations", "Open migrations of the fleet, by state.");
        var rate = new GaugeFamily(
                "drover_fleet_migration_bytes_per_second",
                "Rate over the wire of all open migrations of a state, as their workers last reported.");
        var expired = new GaugeFamily(
                "drover_fleet_migrations_lease_expired", "Open migrations on which no worker is working, by state.");
        var troubled = new GaugeFamily(
                "drover_fleet_migrations_troubled",
                "Open migrations a step of which is tried again and again, by state.");
        var age = new GaugeFamily(
                "drover_fleet_migration_oldest_seconds",
                "Time since the oldest open migration of a state was submitted; 0 without any.");
        for (MigrationState state : MigrationState.values()) {
            if (!state.terminal()) {
                OpenMigrations open = byState.getOrDefault(state, new OpenMigrations(state, 0, 0, 0, 0, Duration.ZERO));
                count.add(open.count(), "state", state.wireName());
                rate.add(open.bytesPerSecond(), "state", state.wireName());
                expired.add(open.leasesExpired(), "state", state.wireName());
                troubled.add(open.troubled(), "state", state.wireName());
                age.add(open.age(), "state", state.wireName());
            }
        }
        return List.of(count, rate, expired, troubled, age);
    }

    private static List<GaugeFamily> vms(List<Vms> counted) {
        Map<VmRecord.Power, Vms> byPower = counted.stream().collect(Collectors.toMap(Vms::power, Function.identity()));
        var count = new GaugeFamily("drover_fleet_vms", "VMs of the fleet, by what their hosts last saw them do.");
        var troubled = new GaugeFamily(
                "drover_fleet_vms_troubled", "VMs that are not as they are wanted because something is in the way.");
        for (VmRecord.Power power : VmRecord.Power.values()) {
            Vms vms = byPower.getOrDefault(power, new Vms(power, 0, 0));
            count.add(vms.count(), "power", word(power));
            troubled.add(vms.troubled(), "power", word(power));
        }
        return List.of(count, troubled);
    }

    private static List<GaugeFamily> hosts(List<HostStatistics> hosts) {
        var count = new GaugeFamily("drover_fleet_hosts", "Hosts of the fleet.").add(hosts.size());
        var seen = new GaugeFamily(
                "drover_fleet_host_seen_age_seconds", "Time since a host's worker last reached the database.");
        var report = new GaugeFamily("drover_fleet_host_report_age_seconds", "Age of a host's newest load report.");
        var broker = new GaugeFamily(
                "drover_fleet_host_broker_connected",
                "1 when a host's worker could use the broker as it last reached the database, else 0.");
        var size = new GaugeFamily(
                "drover_fleet_host_images_size_bytes", "Size of the file system that holds a host's images.");
        var free = new GaugeFamily(
                "drover_fleet_host_images_free_bytes", "Free space of the file system that holds a host's images.");
        for (HostStatistics each : hosts) {
            String host = each.host().value();
            seen.add(each.seenAge(), "host", host);
            report.add(each.reportAge(), "host", host);
            broker.add(each.reachesBroker() ? 1 : 0, "host", host);
            size.add((double) each.imagesBytes(), "host", host);
            free.add((double) each.imagesFreeBytes(), "host", host);
        }
        return List.of(count, seen, report, broker, size, free);
    }

    private static List<GaugeFamily> outbox(FleetStatistics.Outbox outbox) {
        return List.of(
                new GaugeFamily("drover_fleet_outbox_messages", "Messages in the outbox that wait for the broker.")
                        .add((double) outbox.messages()),
                new GaugeFamily(
                                "drover_fleet_outbox_age_seconds",
                                "Age of the oldest message in the outbox; 0 without any.")
                        .add(outbox.age()));
    }

    private static List<GaugeFamily> mode(BalancerMode mode) {
        var family = new GaugeFamily("drover_fleet_balancer_mode", "1 for the mode that the balancer is in, else 0.");
        Arrays.stream(BalancerMode.values()).forEach(each -> family.add(each == mode ? 1 : 0, "mode", each.wireName()));
        return List.of(family);
    }

    /** What the balancer compares with its high mark. A host of too few samples has none. */
    private static List<GaugeFamily> loads(ClusterSnapshot snapshot) {
        var load = new GaugeFamily(
                "drover_fleet_host_load_ratio",
                "Part of a host's capacity that is used, as the balancer sees it: the level that balance.samples_k of"
                        + " the last balance.samples_n samples reached.");
        var waiting = new GaugeFamily(
                "drover_fleet_host_cpu_pressure_ratio",
                "Part of the last sample's time in which something on a host waited for a processor; NaN where the host"
                        + " does not measure it.");
        for (Host host : snapshot.hosts()) {
            if (host.samples().size() >= snapshot.rules().samplesK()) {
                Load held = Load.held(host, snapshot.rules());
                load.add(held.fraction(Dimension.CPU, host), "host", host.id().value(), "resource", "cpu");
                load.add(
                        held.fraction(Dimension.MEMORY, host), "host", host.id().value(), "resource", "memory");
                waiting.add(
                        host.samples().getLast().cpuPressure(),
                        "host",
                        host.id().value());
            }
        }
        return List.of(load, waiting);
    }

    private static String word(VmRecord.Power power) {
        return power.name().toLowerCase(Locale.ROOT);
    }
}
