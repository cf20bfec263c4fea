package io.drover.scheduler.control;

import io.drover.messages.MigrationId;
import io.drover.schema.scheduler.SchedulerStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Posts the cast of a migration again that nobody has claimed: the row is the truth, the message a wake-up. */
public final class QueuedWatch {
    private static final Logger LOG = LoggerFactory.getLogger(QueuedWatch.class);

    private final SchedulerStore store;
    private final Duration age;
    private final Counter reposted;

    public QueuedWatch(SchedulerStore store, Duration age, MeterRegistry meters) {
        this.store = store;
        this.age = age;
        this.reposted = Counter.builder("drover.migrations.reposted")
                .description("Tasks that no worker had claimed and that this scheduler posted again.")
                .register(meters);
    }

    public List<MigrationId> look() {
        List<MigrationId> posted = store.repostQueued(age);
        posted.forEach(id -> LOG.info("migration {} has been queued for {} s; posted again", id, age.toSeconds()));
        reposted.increment(posted.size());
        return posted;
    }
}
