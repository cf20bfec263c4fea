package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.access.ApiRole;
import io.drover.messages.access.ApiToken;
import io.drover.schema.scheduler.AccessStore;
import io.drover.schema.scheduler.AccessStore.NewToken;
import io.drover.schema.scheduler.AccessStore.StoredToken;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tokens of the HTTP API. */
public abstract class AccessContract {
    private final String name = "t" + UUID.randomUUID();
    private final ApiToken secret = ApiToken.make(new SecureRandom());

    protected abstract AccessStore store();

    @Test
    void aTokenIsKnownByItsSecretUntilItIsRevoked() {
        AccessStore store = store();
        assertThat(store.live(secret)).isEmpty();
        assertThat(store.createToken(new NewToken(name, secret, ApiRole.OPERATE, null), "anna"))
                .isTrue();
        StoredToken token = store.live(secret).orElseThrow();
        assertThat(token.name()).isEqualTo(name);
        assertThat(token.role()).isEqualTo(ApiRole.OPERATE);
        assertThat(token.createdBy()).isEqualTo("anna");
        assertThat(token.expiresAt()).isNull();
        assertThat(store.tokens()).contains(token);
        assertThat(store.live(ApiToken.make(new SecureRandom()))).isEmpty();

        assertThat(store.revokeToken(name)).contains(token);
        assertThat(store.revokeToken(name)).isEmpty();
        assertThat(store.live(secret)).isEmpty();
    }

    @Test
    void aNameIsGivenOnce() {
        AccessStore store = store();
        assertThat(store.createToken(new NewToken(name, secret, ApiRole.READ, null), "anna"))
                .isTrue();
        var other = new NewToken(name, ApiToken.make(new SecureRandom()), ApiRole.ADMINISTER, null);
        assertThat(store.createToken(other, "mallory")).isFalse();
        assertThat(store.live(secret).orElseThrow().role()).isEqualTo(ApiRole.READ);
    }

    @Test
    void anExpiredTokenIsListedAndGoodForNothing() {
        AccessStore store = store();
        Instant past = Instant.now().minusSeconds(1).truncatedTo(ChronoUnit.MICROS);
        store.createToken(new NewToken(name, secret, ApiRole.READ, past), "anna");
        assertThat(store.live(secret)).isEmpty();
        assertThat(store.tokens()).anyMatch(token -> token.name().equals(name) && past.equals(token.expiresAt()));
    }
}
