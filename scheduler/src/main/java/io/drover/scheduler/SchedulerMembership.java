package io.drover.scheduler;

import io.drover.messages.time.BackgroundLoop;
import io.drover.messages.time.BackgroundThread;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.scheduler.bus.SchedulerBus;
import io.drover.scheduler.control.OutboxRelay;
import io.drover.scheduler.quartz.PeriodicJob;
import io.drover.scheduler.quartz.QuartzCluster;
import io.drover.schema.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.quartz.SchedulerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the database and then takes part: bus, relay, clockwork. Says once that it waits, and why. */
final class SchedulerMembership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SchedulerMembership.class);
    private static final Duration WAIT_MIN = Duration.ofMillis(250);
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);
    /** A few waits of the relay. */
    private static final Duration RELAY_ENDS_WITHIN = Duration.ofSeconds(3);

    /** What it began with the database comes to its end. */
    private static final Duration STARTER_ENDS_WITHIN = Duration.ofSeconds(30);

    private final Runnable ping;
    private final Parts parts;
    private final Clock clock;
    private final BackgroundThread starter;
    private final BackgroundLoop relaying;
    private @Nullable String said;
    private volatile @Nullable QuartzCluster clockwork;
    private volatile boolean member;

    /** What takes part, under the name {@code member}. */
    record Parts(SchedulerBus bus, OutboxRelay relay, DataSource quartz, String member, List<PeriodicJob> jobs) {}

    /** {@code ping} throws until the database can be worked with. */
    SchedulerMembership(Runnable ping, Parts parts, Clock clock) {
        this.ping = ping;
        this.parts = parts;
        this.clock = clock;
        this.starter = BackgroundThread.virtual("scheduler-start", this::run);
        this.relaying = BackgroundLoop.paced("outbox-relay", clock, parts.relay()::relayOnce);
    }

    void start() {
        var _ = starter.start();
    }

    /** Whether this scheduler takes its part of the cluster's work. */
    boolean takesPart() {
        return member;
    }

    /** The relay, when it hangs. */
    Optional<String> hanging() {
        return Optional.of(relaying).filter(BackgroundLoop::hangs).map(BackgroundLoop::name);
    }

    @Override
    public void close() {
        starter.close(STARTER_ENDS_WITHIN);
        QuartzCluster running = clockwork;
        if (running != null) {
            running.close();
        }
        // An interrupt would break the connection of the batch under way.
        boolean _ = relaying.finish(RELAY_ENDS_WITHIN);
        relaying.close();
        parts.bus().close();
    }

    private void run() {
        try {
            boolean _ = Wait.forever(clock, WAIT_MIN).backingOffTo(WAIT_MAX).until(this::begin);
            parts.bus().start();
            var _ = relaying.start();
            member = true;
            LOG.info("scheduler {} takes part", parts.member());
        } catch (InterruptedException e) {
            // Closed before the database came.
            Thread.currentThread().interrupt();
        }
    }

    private boolean begin() {
        try {
            ping.run();
            QuartzCluster made = QuartzCluster.create(parts.quartz(), parts.member(), parts.jobs());
            clockwork = made;
            made.start();
            return true;
        } catch (StoreUnavailableException | SchedulerException e) {
            endClockwork();
            say("waiting for the database: " + e.getMessage());
        } catch (RuntimeException e) {
            // The database answers and refuses: no schema yet, or a wrong login. Somebody may be about to mend it.
            endClockwork();
            say("cannot work with the database yet: " + e.getMessage());
        }
        return false;
    }

    private void endClockwork() {
        QuartzCluster half = clockwork;
        clockwork = null;
        if (half != null) {
            half.close();
        }
    }

    /** Once for each cause. */
    private void say(String text) {
        if (!text.equals(said)) {
            said = text;
            LOG.warn("{}; trying again until it works", text);
        }
    }
}
