package io.drover.scheduler.control;

import io.drover.schema.StoreUnavailableException;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.OutboxPublisher;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries messages from the outbox to the broker, in a loop and not in a job of the clockwork: a task must not wait for the
 * next full second, and a job store is no queue. Any number of schedulers may relay at once; a message may arrive twice and
 * carries its id.
 */
public final class OutboxRelay {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
    private static final int BATCH = 50;
    /** Bounds how long a task lies in the outbox of an idle fleet. */
    private static final Duration WAIT_MAX = Duration.ofMillis(500);

    private static final Duration WAIT_MIN = Duration.ofMillis(20);
    private static final Duration UNAVAILABLE_WAIT_MAX = Duration.ofSeconds(5);

    private final SchedulerStore store;
    private final OutboxPublisher publisher;
    private final BooleanSupplier brokerAnswers;
    private final Counter relayed;
    private Duration wait = WAIT_MIN;
    private boolean unavailable;

    /** {@code brokerAnswers}: while false the outbox is not touched, so that tries count what the broker refused. */
    public OutboxRelay(
            SchedulerStore store, OutboxPublisher publisher, BooleanSupplier brokerAnswers, MeterRegistry meters) {
        this.store = store;
        this.publisher = publisher;
        this.brokerAnswers = brokerAnswers;
        this.relayed = Counter.builder("drover.outbox.relayed")
                .description("Messages that this scheduler brought from the outbox to the broker.")
                .register(meters);
    }

    /** Relays one batch and says how long to wait: less while there is work, more with every empty look. */
    public Duration relayOnce() {
        if (!brokerAnswers.getAsBoolean()) {
            wait = longer(WAIT_MAX);
            return wait;
        }
        try {
            int sent = store.relayOutbox(BATCH, publisher);
            relayed.increment(sent);
            available();
            wait = sent > 0 ? WAIT_MIN : longer(WAIT_MAX);
            // A full batch has more behind it.
            return sent == BATCH ? Duration.ZERO : wait;
        } catch (StoreUnavailableException e) {
            sayUnavailable(e);
            wait = longer(UNAVAILABLE_WAIT_MAX);
            return wait;
        } catch (RuntimeException e) {
            // Top of the thread: a defect over one message must not end what carries all of them.
            LOG.error("the outbox is tried again after", e);
            wait = longer(UNAVAILABLE_WAIT_MAX);
            return wait;
        }
    }

    private Duration longer(Duration max) {
        Duration doubled = wait.multipliedBy(2);
        return doubled.compareTo(max) > 0 ? max : doubled;
    }

    private void available() {
        if (unavailable) {
            unavailable = false;
            wait = WAIT_MIN;
            LOG.info("the outbox is relayed again");
        }
    }

    private void sayUnavailable(StoreUnavailableException e) {
        if (!unavailable) {
            unavailable = true;
            LOG.warn("the outbox waits for the database: {}", e.getMessage());
        }
    }
}
