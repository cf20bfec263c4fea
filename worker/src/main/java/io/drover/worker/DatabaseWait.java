package io.drover.worker;

import io.drover.messages.time.Clock;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.worker.WorkerStore;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits at the start until PostgreSQL answers; says once that it does not. */
final class DatabaseWait {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWait.class);
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final WorkerStore store;
    private final Clock clock;

    DatabaseWait(WorkerStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** {@link IOException}: it answers, and refuses. */
    void await() throws IOException, InterruptedException {
        Duration pause = FIRST;
        boolean said = false;
        while (!answers(said)) {
            said = true;
            clock.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        }
        if (said) {
            LOG.info("PostgreSQL is here");
        }
    }

    private boolean answers(boolean said) throws IOException {
        try {
            store.ping();
            return true;
        } catch (StoreUnavailableException e) {
            if (!said) {
                LOG.warn("PostgreSQL is away, the worker waits for it: {}", e.getMessage());
            }
            return false;
        } catch (IllegalStateException e) {
            throw new IOException("PostgreSQL refuses the worker of " + store.host() + ": " + e.getMessage(), e);
        }
    }
}
