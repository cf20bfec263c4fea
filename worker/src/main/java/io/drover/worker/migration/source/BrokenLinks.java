package io.drover.worker.migration.source;

import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.time.Clock;
import io.drover.worker.peer.LinkBrokenException;
import io.drover.worker.peer.PeerRefusedException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which migrations wait for their link. While disks are copied the guest runs at the source, the account of its writes is
 * kept and what has arrived stays: a broken link is no reason to turn back until it has been silent for too long.
 */
final class BrokenLinks {
    /** Each may move something and the migration get nowhere. */
    static final int ATTEMPTS_MAX = 100;

    /**
     * While a migration is prepared there is nothing yet that would be lost: it waits as long as a worker takes that is
     * restarted, and then another destination may be better.
     */
    private static final Duration RESTART = Duration.ofSeconds(20);

    private final Clock clock;
    private final Duration patience;
    private final Map<MigrationId, Duration> silentSince = new ConcurrentHashMap<>();

    BrokenLinks(Clock clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    /**
     * Whether the attempt that failed so is to be followed by another one.
     *
     * @param opening the step that opened the disks of this one
     */
    boolean goOn(MigrationContext context, Step.Opening opening, Exception cause) {
        boolean preparing = context.state() == MigrationState.PREPARING;
        boolean goOn = (preparing || context.state() == MigrationState.REPLICATING) && broke(cause) && !spent(context);
        if (!goOn) {
            silentSince.remove(context.id());
            return false;
        }
        Duration now = clock.elapsed();
        // What begins anew each time gets nowhere, however much it moves between two silences.
        boolean moved = opening.buildsOnContent(context)
                && context.replicated().stream()
                        .anyMatch(disk -> disk.copy().account().bytesDone() > 0);
        Duration since = moved ? now : silentSince.getOrDefault(context.id(), now);
        silentSince.put(context.id(), since);
        Duration most = preparing && RESTART.compareTo(patience) < 0 ? RESTART : patience;
        return now.minus(since).compareTo(most) <= 0;
    }

    /** Whether it has had all its attempts, those of earlier workers included. */
    boolean spent(MigrationContext context) {
        return context.record().attempt() >= ATTEMPTS_MAX;
    }

    /** Forgets a migration that is over. */
    void forget(MigrationId migration) {
        silentSince.remove(migration);
    }

    private static boolean broke(Exception cause) {
        return switch (cause) {
            case LinkBrokenException _ -> true;
            case PeerRefusedException refused -> refused.failure().kind() == Failure.Kind.RETRYABLE;
            case MigrationOutcome.Rejected rejected -> rejected.getCause() instanceof LinkBrokenException;
            default -> false;
        };
    }
}
