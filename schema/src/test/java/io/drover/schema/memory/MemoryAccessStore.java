package io.drover.schema.memory;

import io.drover.messages.access.ApiToken;
import io.drover.messages.time.Clock;
import io.drover.schema.scheduler.AccessStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** In memory; {@link #audit} shows what was written down. */
public final class MemoryAccessStore implements AccessStore {
    /** An entry and how it ended; null: nobody knows. */
    public record Audited(AuditEntry entry, @Nullable Integer status) {}

    private record Kept(StoredToken token, ApiToken secret) {}

    private final Clock clock;
    private final TreeMap<String, Kept> tokens = new TreeMap<>();
    private final List<Audited> audit = new ArrayList<>();

    public MemoryAccessStore(Clock clock) {
        this.clock = clock;
    }

    public synchronized List<Audited> audit() {
        return List.copyOf(audit);
    }

    @Override
    public synchronized boolean createToken(NewToken token, String by) {
        var stored = new StoredToken(token.name(), token.role(), clock.now(), by, token.expiresAt());
        return tokens.putIfAbsent(token.name(), new Kept(stored, token.secret())) == null;
    }

    @Override
    public synchronized Optional<StoredToken> revokeToken(String name) {
        return Optional.ofNullable(tokens.remove(name)).map(Kept::token);
    }

    @Override
    public synchronized List<StoredToken> tokens() {
        return tokens.values().stream().map(Kept::token).toList();
    }

    @Override
    public synchronized Optional<StoredToken> live(ApiToken secret) {
        return tokens.values().stream()
                .filter(kept -> kept.secret().equals(secret))
                .map(Kept::token)
                .filter(Predicate.not(this::expired))
                .findFirst();
    }

    private boolean expired(StoredToken token) {
        return token.expiresAt() != null && !token.expiresAt().isAfter(clock.now());
    }

    @Override
    public synchronized long begun(AuditEntry entry) {
        audit.add(new Audited(entry, null));
        return audit.size() - 1L;
    }

    @Override
    public synchronized void ended(long entry, int status) {
        audit.set((int) entry, new Audited(audit.get((int) entry).entry(), status));
    }
}
