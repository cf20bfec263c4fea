package io.drover.schema.scheduler;

import io.drover.messages.access.ApiRole;
import io.drover.messages.access.ApiToken;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask over HTTP, and what was asked that changes something. Every method throws
 * {@link io.drover.schema.StoreUnavailableException} when the database does not answer.
 */
public interface AccessStore {
    /** False: the name is taken. */
    boolean createToken(NewToken token, String by);

    /** The token that is good no more; empty: there was none. */
    Optional<StoredToken> revokeToken(String name);

    /** By name, those that have expired among them. */
    List<StoredToken> tokens();

    /** The token of a secret, unless it has expired. */
    Optional<StoredToken> live(ApiToken secret);

    /** Writes down what is about to be done, and answers by what {@link #ended} knows it. */
    long begun(AuditEntry entry);

    /** Writes down how it ended. */
    void ended(long entry, int status);

    /**
     * A token to be.
     *
     * @param expiresAt null: never
     */
    record NewToken(
            String name,
            ApiToken secret,
            ApiRole role,
            @Nullable Instant expiresAt) {}

    /** A token without its secret. */
    record StoredToken(
            String name,
            ApiRole role,
            Instant createdAt,
            String createdBy,
            @Nullable Instant expiresAt) {}

    /** Who asked for what, from where. */
    record AuditEntry(String caller, ApiRole role, String address, String method, String path, String body) {}
}
