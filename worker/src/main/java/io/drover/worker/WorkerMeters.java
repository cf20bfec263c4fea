package io.drover.worker;

import io.drover.messages.HostReport;
import io.drover.worker.migration.source.MigrationLoop;
import io.drover.worker.peer.LinkLimiter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What a worker tells Prometheus of its host: the link, the migrations under way, and what it reports to schedulers. */
final class WorkerMeters {
    private final MeterRegistry meters;

    WorkerMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    void link(LinkLimiter link) {
        FunctionCounter.builder("drover.migration.wire", link, each -> (double) each.acquiredBytes())
                .description("What migrations off this host sent to other workers, packed and with its frames; without"
                        + " the streams of QEMU's own mirrors.")
                .baseUnit("bytes")
                .register(meters);
        Gauge.builder("drover.link.limit", link::bytesPerSecond)
                .description("What migrations off this host may use of its link.")
                .baseUnit("bytes_per_second")
                .register(meters);
    }

    void migrations(MigrationLoop migrations) {
        Gauge.builder("drover.worker.migrations", migrations::running)
                .description("Migrations off this host that its worker is working on.")
                .register(meters);
    }

    /** {@code latest}: the newest report that left this host; without one the families are NaN. */
    void reports(Supplier<Optional<HostReport>> latest) {
        var told = new Told(latest);
        told.gauge("report.timestamp", "seconds", "When the newest load report left this host.", report ->
                (double) report.at().getEpochSecond());
        told.gauge(
                "vms",
                null,
                "VMs whose processes live on this host.",
                report -> report.vms().size());
        told.gauge(
                "used.cpu",
                "cores",
                "Processors that this host's VMs use.",
                report -> report.load().cpuCores());
        told.gauge(
                "capacity.cpu",
                "cores",
                "Processors that VMs may use on this host.",
                report -> report.capacity().cpuCores());
        told.gauge("used.memory", "bytes", "Memory that this host's VMs hold.", report ->
                (double) report.load().memoryBytes());
        told.gauge("capacity.memory", "bytes", "Memory that VMs may use on this host.", report ->
                (double) report.capacity().memoryBytes());
        told.gauge("images.free", "bytes", "Free space of the file system that holds this host's images.", report ->
                (double) report.load().imagesFreeBytes());
    }

    /** Gauges of what the newest report tells. */
    private final class Told {
        private final Supplier<Optional<HostReport>> latest;

        Told(Supplier<Optional<HostReport>> latest) {
            this.latest = latest;
        }

        void gauge(String name, @Nullable String unit, String description, ToDoubleFunction<HostReport> value) {
            Gauge.builder(
                            "drover.worker." + name,
                            () -> latest.get()
                                    .map(report -> value.applyAsDouble(report))
                                    .orElse(Double.NaN))
                    .description(description)
                    .baseUnit(unit)
                    .register(meters);
        }
    }
}
