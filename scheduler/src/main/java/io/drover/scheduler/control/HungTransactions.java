package io.drover.scheduler.control;

import io.drover.schema.scheduler.SchedulerStore;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a host's worker, or whoever has its login, leaves open in the database: others wait for what it has locked.
 */
public final class HungTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(HungTransactions.class);

    /** A worker's statement is stopped after 20 seconds, and a call of its is one statement. */
    private static final Duration LONGEST = Duration.ofSeconds(45);

    private final SchedulerStore store;

    public HungTransactions(SchedulerStore store) {
        this.store = store;
    }

    public void end() {
        store.endHungTransactions(LONGEST)
                .forEach(host -> LOG.warn("a transaction of host {} had been open for too long and was ended", host));
    }
}
