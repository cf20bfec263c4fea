package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.schema.FencedException;
import io.drover.schema.memory.Tables.Session;
import io.drover.schema.worker.SessionAnswer;
import io.drover.schema.worker.WorkerIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** One living worker speaks for a host. */
final class Sessions {
    private static final Duration SILENT_AFTER = Duration.ofSeconds(30);

    private final MemoryDatabase database;

    Sessions(MemoryDatabase database) {
        this.database = database;
    }

    SessionAnswer open(HostId host, UUID session, WorkerIdentity identity) {
        Instant now = database.at();
        Session held = database.tables().sessions.get(host);
        if (held != null) {
            boolean same = held.identity().machineId().equals(identity.machineId())
                    && held.identity().stateFolder().equals(identity.stateFolder());
            if (held.session() == null && same) {
                return new SessionAnswer.Taken();
            }
            if (held.session() != null && !same) {
                return new SessionAnswer.Other(name(held.identity()));
            }
            if (held.session() != null
                    && !held.session().equals(session)
                    && !held.identity().bootId().equals(identity.bootId())
                    && held.lastSeen().isAfter(now.minus(SILENT_AFTER))) {
                return new SessionAnswer.Living(name(held.identity()), held.lastSeen());
            }
        }
        database.tables().sessions.put(host, new Session(session, identity, now, now));
        database.tables().vacate(host, false);
        return new SessionAnswer.Opened();
    }

    /** Throws where another session stands, or none. */
    void require(HostId host, UUID session) {
        Session held = database.tables().sessions.get(host);
        if (held != null && session.equals(held.session())) {
            return;
        }
        String why;
        if (held == null) {
            why = "it has opened no session";
        } else if (held.session() == null) {
            why = "a person took the host over";
        } else {
            why = name(held.identity()) + " speaks for it since " + held.startedAt();
        }
        throw new FencedException("host " + host + " is fenced from this worker: " + why);
    }

    void seen(HostId host) {
        database.tables()
                .sessions
                .computeIfPresent(
                        host,
                        (id, held) -> new Session(held.session(), held.identity(), held.startedAt(), database.at()));
    }

    Optional<String> takeOver(HostId host) {
        Session held = database.tables().sessions.get(host);
        if (held == null) {
            return Optional.empty();
        }
        if (held.session() == null) {
            database.tables().sessions.remove(host);
            return Optional.of("nobody");
        }
        database.tables().sessions.put(host, new Session(null, held.identity(), held.startedAt(), held.lastSeen()));
        return Optional.of(name(held.identity()));
    }

    private static String name(WorkerIdentity worker) {
        String boot = worker.bootId();
        return "the worker at %s on machine %s (boot %s, state folder %s)"
                .formatted(
                        worker.address(),
                        worker.machineId(),
                        boot.substring(0, Math.min(8, boot.length())),
                        worker.stateFolder());
    }
}
