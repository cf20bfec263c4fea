package io.drover.scheduler.quartz;

import io.drover.schema.StoreUnavailableException;
import java.time.Instant;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Quartz runs. Its tables hold this class's name for every job; which work it is, the job's key says. Not
 * {@code @DisallowConcurrentExecution}: that adds states in which a trigger can be left blocked after a crash, and the
 * work is idempotent.
 */
final class PeriodicWork implements Job {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicWork.class);

    private final PeriodicJob job;

    PeriodicWork(PeriodicJob job) {
        this.job = job;
    }

    @Override
    public void execute(JobExecutionContext context) {
        Instant scheduledAt = scheduledAt(context);
        try {
            job.work().run(scheduledAt);
        } catch (StoreUnavailableException e) {
            LOG.warn("{}: the database does not answer; next time: {}", job.name(), e.getMessage());
        } catch (RuntimeException e) {
            // Top of a thread of Quartz's: a defect in one look must not stop the next one.
            LOG.error("{} failed", job.name(), e);
        }
    }

    /** Of a firing that another scheduler began and did not end, the instant it was begun for. */
    private static Instant scheduledAt(JobExecutionContext context) {
        if (context.isRecovering()) {
            String millis = context.getMergedJobDataMap()
                    .getString(Scheduler.FAILED_JOB_ORIGINAL_TRIGGER_SCHEDULED_FIRETIME_IN_MILLISECONDS);
            if (millis != null) {
                return Instant.ofEpochMilli(Long.parseLong(millis));
            }
        }
        return context.getScheduledFireTime().toInstant();
    }
}
