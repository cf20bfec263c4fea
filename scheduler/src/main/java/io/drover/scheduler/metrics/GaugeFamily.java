package io.drover.scheduler.metrics;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A family of gauges for one scrape. */
final class GaugeFamily {
    private final GaugeSnapshot.Builder builder;

    GaugeFamily(String name, String help) {
        builder = GaugeSnapshot.builder().name(name).help(help);
    }

    /** {@code labels}: names and values in turn. */
    GaugeFamily add(double value, String... labels) {
        builder.dataPoint(GaugeDataPointSnapshot.builder()
                .value(value)
                .labels(labels.length == 0 ? Labels.EMPTY : Labels.of(labels))
                .build());
        return this;
    }

    /** Seconds; nothing where the age is not known. */
    GaugeFamily add(@Nullable Duration age, String... labels) {
        return age == null ? this : add(age.toNanos() / 1e9, labels);
    }

    GaugeSnapshot snapshot() {
        return builder.build();
    }
}
