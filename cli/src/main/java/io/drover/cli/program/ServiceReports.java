package io.drover.cli.program;

import io.drover.messages.time.BackgroundLoop;
import io.drover.messages.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager how the program is, from its start to its end: that it is ready; for the watchdog, that none of
 * its loops hangs; and that it still ends, where that takes longer than its unit allows ({@code TimeoutStopSec}). A start that
 * lasts long waits for PostgreSQL or for an earlier session of the host: that is no start that fails, so it counts as ready,
 * and the status says what it is.
 */
final class ServiceReports implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceReports.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration START = Duration.ofSeconds(20);
    /** A watchdog that is fed at half its time may bite on a busy host. */
    private static final int FED_WITHIN = 3;

    private final NotifySocket manager;
    private final Clock clock;
    private final Duration begun;
    private final BackgroundLoop loop;
    /** More than a few looks, on a busy host. */
    private static final Duration MORE = Duration.ofSeconds(30);

    private volatile @Nullable Supplier<Optional<String>> hanging;
    private volatile boolean ending;
    private String status = "";
    private volatile boolean said;

    ServiceReports(NotifySocket manager, Clock clock) {
        this.manager = manager;
        this.clock = clock;
        this.begun = clock.elapsed();
        Duration fed =
                manager.watchdog().map(time -> time.dividedBy(FED_WITHIN)).orElse(LOOK_EVERY);
        Duration period = fed.compareTo(LOOK_EVERY) < 0 ? fed : LOOK_EVERY;
        this.loop = BackgroundLoop.periodic("telling the service manager", period, clock, this::tell)
                .start();
    }

    /** The start is over; {@code hanging} names a loop of the program that hangs. */
    void works(Supplier<Optional<String>> program) {
        hanging = program;
    }

    /** The program was asked to end; how long it takes is limited by {@link Foreground}. */
    void ends() {
        ending = true;
        manager.stopping();
    }

    private void tell() {
        if (ending) {
            manager.extend(MORE);
            return;
        }
        Supplier<Optional<String>> program = hanging;
        if (program != null) {
            ready("working");
        } else if (clock.elapsed().minus(begun).compareTo(START) > 0) {
            ready("starting: what it waits for is in its log");
        }
        Optional<String> hangs = program == null ? Optional.empty() : program.get();
        if (hangs.isEmpty()) {
            manager.watchdog().ifPresent(_ -> manager.alive());
        } else if (!said) {
            said = true;
            LOG.error("the loop of {} hangs: the watchdog is not fed any more", hangs.get());
        }
    }

    boolean saidThatOneHangs() {
        return said;
    }

    /** Ready is said once; what changes afterwards is a status. */
    private void ready(String now) {
        if (status.isEmpty()) {
            manager.ready(now);
        } else if (!now.equals(status)) {
            manager.status(now);
        }
        status = now;
    }

    @Override
    public void close() {
        loop.close();
    }
}
