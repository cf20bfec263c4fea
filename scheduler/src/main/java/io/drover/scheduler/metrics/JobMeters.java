package io.drover.scheduler.metrics;

import io.drover.messages.time.Clock;
import io.drover.scheduler.quartz.PeriodicJob;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the runs of the cluster's jobs that this scheduler made. No scheduler leads: each firing is done by whichever is
 * first, so the counters of all schedulers together tell whether a job is done at all.
 */
public final class JobMeters {
    private final MeterRegistry meters;
    private final Clock clock;

    public JobMeters(MeterRegistry meters, Clock clock) {
        this.meters = meters;
        this.clock = clock;
    }

    /** The same job, counted. Its label is {@code job_name}: Prometheus keeps {@code job} for what it scrapes. */
    public PeriodicJob counted(PeriodicJob job) {
        Counter done = runs(job, "done");
        Counter failed = runs(job, "failed");
        var last = new AtomicLong();
        Gauge.builder("drover.job.last.success.timestamp", last::get)
                .description("When this scheduler last did a job of the cluster without an error; 0 before it did.")
                .baseUnit("seconds")
                .tag("job_name", job.name())
                .register(meters);
        return new PeriodicJob(job.name(), job.period(), job.onMisfire(), scheduledAt -> {
            try {
                run(job, scheduledAt, last);
                done.increment();
            } catch (RuntimeException e) {
                failed.increment();
                throw e;
            }
        });
    }

    private void run(PeriodicJob job, Instant scheduledAt, AtomicLong last) {
        job.work().run(scheduledAt);
        last.set(clock.now().getEpochSecond());
    }

    private Counter runs(PeriodicJob job, String result) {
        return Counter.builder("drover.job.runs")
                .description("Runs of the cluster's jobs that this scheduler made, by result.")
                .tag("job_name", job.name())
                .tag("result", result)
                .register(meters);
    }
}
