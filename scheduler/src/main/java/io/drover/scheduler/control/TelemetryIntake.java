package io.drover.scheduler.control;

import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.RetiredCopy;
import io.drover.messages.HostReport.VmLoad;
import io.drover.messages.bus.BusRights;
import io.drover.messages.bus.Sender;
import io.drover.messages.time.Clock;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the hosts' reports into the database, and nothing that would mislead a decision. Called by one thread at a
 * time.
 */
public final class TelemetryIntake {
    private static final Logger LOG = LoggerFactory.getLogger(TelemetryIntake.class);
    /** A host whose clock is further off would look loaded, or silent, at the wrong time. */
    private static final Duration AHEAD_MAX = Duration.ofSeconds(30);

    private static final Duration BEHIND_MAX = Duration.ofMinutes(10);
    private static final int SAID_MAX = 1_000;
    private static final Duration HOSTS_READ_EVERY = Duration.ofSeconds(2);

    private final SchedulerStore store;
    private final BusRights rights;
    private final Clock clock;
    private final Counter taken;
    private final Counter refused;
    private final Set<String> said = new HashSet<>();
    private Set<HostId> known = Set.of();
    private @Nullable Duration knownRead;

    public TelemetryIntake(SchedulerStore store, BusRights rights, Clock clock, MeterRegistry meters) {
        this.store = store;
        this.rights = rights;
        this.clock = clock;
        this.taken = counter(meters, "taken");
        this.refused = counter(meters, "refused");
    }

    /** Why the report was not taken; empty when it was. A refusal is logged once a host, or impostor, and cause. */
    public Optional<String> take(Sender sender, HostReport report) {
        if (!rights.mayReport(sender, report.host())) {
            return refuseImpostor(sender, report.host());
        }
        Optional<String> refusal;
        try {
            refusal = refusal(report);
            if (refusal.isEmpty()) {
                store.storeReport(notAhead(report));
            }
        } catch (StoreUnavailableException e) {
            // Telemetry is not worth holding: the next report is newer.
            refusal = Optional.of("the database does not answer");
        }
        count(report, refusal);
        return refusal;
    }

    private Optional<String> refuseImpostor(Sender sender, HostId host) {
        String refusal = "sender: " + sender + ", where reports of " + host + " come from user " + rights.hostUser(host)
                + " (rabbit.host-users)";
        refused.increment();
        // Apart from what is said of the host itself, which its own next report would have said again.
        if (said.size() < SAID_MAX && said.add(sender + " as " + host)) {
            LOG.warn("telemetry is not taken: {}", refusal);
        }
        return Optional.of(refusal);
    }

    /** A clock that is ahead must not make a report the newest for longer than until the next one comes. */
    private HostReport notAhead(HostReport report) {
        Instant now = clock.now();
        return report.at().isAfter(now)
                ? new HostReport(
                        report.host(),
                        now,
                        report.periodSeconds(),
                        report.capacity(),
                        report.load(),
                        report.vms(),
                        report.retired())
                : report;
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("drover.reports")
                .description("Load reports of hosts that this scheduler heard, by what became of them.")
                .tag("result", result)
                .register(meters);
    }

    private void count(HostReport report, Optional<String> refusal) {
        (refusal.isEmpty() ? taken : refused).increment();
        if (refusal.isEmpty()) {
            said.removeIf(text -> text.startsWith(report.host() + ":"));
        } else if (said.size() < SAID_MAX && said.add(report.host() + ":" + field(refusal.get()))) {
            LOG.warn("telemetry of {} is not taken: {}", report.host(), refusal.get());
        }
    }

    private static String field(String refusal) {
        return refusal.split(":", 2)[0];
    }

    private Optional<String> refusal(HostReport report) {
        return times(report).or(() -> numbers(report)).or(() -> vms(report)).or(() -> host(report));
    }

    private Optional<String> times(HostReport report) {
        if (!(report.periodSeconds() > 0 && report.periodSeconds() <= BEHIND_MAX.toSeconds())) {
            return Optional.of(
                    "period_seconds: " + report.periodSeconds() + " is not between 0 and " + BEHIND_MAX.toSeconds());
        }
        Instant now = clock.now();
        boolean plausible =
                report.at().isBefore(now.plus(AHEAD_MAX)) && report.at().isAfter(now.minus(BEHIND_MAX));
        return plausible
                ? Optional.empty()
                : Optional.of("at: " + report.at() + ", its clock is " + apart(report.at(), now)
                        + " this scheduler's, which shows " + now + "; at most " + AHEAD_MAX.toSeconds()
                        + " s ahead and " + BEHIND_MAX.toMinutes() + " min behind are taken");
    }

    private static String apart(Instant at, Instant now) {
        Duration ahead = Duration.between(now, at);
        return ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead of");
    }

    private static Optional<String> numbers(HostReport report) {
        var capacity = report.capacity();
        var load = report.load();
        boolean possible = cores(capacity.cpuCores(), load.cpuCores())
                && rates(
                        (double) capacity.linkBytesPerSecond(),
                        load.diskReadBytesPerSecond(),
                        load.diskWriteBytesPerSecond())
                && fractions(
                        Objects.requireNonNullElse(load.cpuPressure(), 0.0),
                        Objects.requireNonNullElse(load.cpuSteal(), 0.0))
                && bytes(capacity.memoryBytes(), capacity.imagesBytes(), load.memoryBytes(), load.imagesFreeBytes())
                && Objects.requireNonNullElse(report.retired(), List.<RetiredCopy>of()).stream()
                        .allMatch(copy -> bytes(copy.allocatedBytes()));
        return possible && report.vms().stream().allMatch(TelemetryIntake::possible)
                ? Optional.empty()
                : Optional.of("load: holds a number that is negative, none, or more than any host has");
    }

    private static boolean possible(VmLoad load) {
        return cores(load.cpuCores())
                && rates(
                        load.diskReadBytesPerSecond(),
                        load.diskWriteBytesPerSecond(),
                        load.swapReadBytesPerSecond(),
                        load.swapWriteBytesPerSecond(),
                        Objects.requireNonNullElse(load.memoryDirtiedBytesPerSecond(), 0.0))
                && bytes(load.memoryBytes(), load.diskAllocatedBytes(), load.swapAllocatedBytes());
    }

    private static boolean cores(double... numbers) {
        return within(HostReport.CPU_CORES_MAX, numbers);
    }

    private static boolean rates(double... numbers) {
        return within(HostReport.BYTES_PER_SECOND_MAX, numbers);
    }

    private static boolean fractions(double... numbers) {
        return within(1, numbers);
    }

    /** Not of NaN. */
    private static boolean within(double max, double... numbers) {
        return DoubleStream.of(numbers).allMatch(number -> number >= 0 && number <= max);
    }

    private static boolean bytes(long... numbers) {
        return LongStream.of(numbers).allMatch(number -> number >= 0 && number <= HostReport.BYTES_MAX);
    }

    private static Optional<String> vms(HostReport report) {
        long distinct = report.vms().stream().map(VmLoad::vm).distinct().count();
        return distinct == report.vms().size() ? Optional.empty() : Optional.of("vms: one stands twice");
    }

    private Optional<String> host(HostReport report) {
        if (!known.contains(report.host()) && mayReadHosts()) {
            known = store.hosts().stream().map(HostRow::id).collect(Collectors.toUnmodifiableSet());
            knownRead = clock.elapsed();
        }
        return known.contains(report.host())
                ? Optional.empty()
                : Optional.of("host: no host " + report.host() + " is known");
    }

    /** An unknown host that reports every second must not become a query every second. */
    private boolean mayReadHosts() {
        Duration before = knownRead;
        return before == null || clock.elapsed().minus(before).compareTo(HOSTS_READ_EVERY) >= 0;
    }
}
