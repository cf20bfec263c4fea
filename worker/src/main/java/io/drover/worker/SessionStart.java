package io.drover.worker;

import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.schema.FencedException;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.worker.SessionAnswer;
import io.drover.schema.worker.WorkerIdentity;
import io.drover.schema.worker.WorkerStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the worker's session in PostgreSQL, before anything else of it works. Waits until PostgreSQL answers, and,
 * after another boot, until the worker that opened the last session has been silent for long enough; says each once.
 */
final class SessionStart {
    private static final Logger LOG = LoggerFactory.getLogger(SessionStart.class);
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final WorkerStore store;
    private final Clock clock;
    private final WorkerIdentity identity;
    private boolean saidAway;
    private @Nullable Instant heardOf;

    SessionStart(WorkerStore store, Clock clock, WorkerIdentity identity) {
        this.store = store;
        this.clock = clock;
        this.identity = identity;
    }

    /**
     * Returns when the session is open.
     *
     * @throws FencedException another worker holds the host
     * @throws IOException PostgreSQL answers, and refuses the login
     */
    void await() throws IOException, InterruptedException {
        boolean _ = Wait.forever(clock, FIRST).backingOffTo(LONGEST).until(this::isOpen);
    }

    private boolean isOpen() throws IOException {
        Optional<SessionAnswer> answer = ask();
        if (answer.isEmpty()) {
            return false;
        }
        return switch (answer.get()) {
            case SessionAnswer.Opened() -> true;
            case SessionAnswer.Living(String holder, Instant lastSeen) -> {
                waitFor(holder, lastSeen);
                yield false;
            }
            case SessionAnswer.Other(String holder) -> throw fenced(holder + " speaks for it");
            case SessionAnswer.Taken() -> throw fenced("a person took the host over from this very worker");
        };
    }

    private void waitFor(String holder, Instant lastSeen) {
        Instant before = heardOf;
        if (before == null) {
            LOG.warn("{} was heard of just now, in another boot: this one waits until it has been silent", holder);
        } else if (lastSeen.isAfter(before)) {
            throw fenced(holder + " lives");
        }
        heardOf = lastSeen;
    }

    private FencedException fenced(String why) {
        String host = store.host().value();
        return new FencedException("host " + host + ": " + why + "; this is machine " + identity.machineId() + ", boot "
                + identity.bootId() + ", state folder " + identity.stateFolder()
                + ". Where the other is gone for good: drover host takeover " + host);
    }

    private Optional<SessionAnswer> ask() throws IOException {
        try {
            SessionAnswer answer = store.openSession(identity);
            if (saidAway) {
                LOG.info("PostgreSQL is here");
                saidAway = false;
            }
            return Optional.of(answer);
        } catch (StoreUnavailableException e) {
            if (!saidAway) {
                LOG.warn("PostgreSQL is away, the worker waits for it: {}", e.getMessage());
            }
            saidAway = true;
            return Optional.empty();
        } catch (IllegalStateException e) {
            throw new IOException("PostgreSQL refuses the worker of " + store.host() + ": " + e.getMessage(), e);
        }
    }
}
