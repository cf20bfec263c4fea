package io.drover.scheduler.http;

import io.drover.messages.access.ApiToken;
import io.drover.messages.http.Incoming;
import io.drover.messages.time.Clock;
import io.drover.schema.scheduler.AccessStore;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out who asks. */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final String SCHEME = "bearer ";

    private final boolean open;
    private final AccessStore store;
    private final FailedLogins failures;

    /** {@code open}: nobody needs a token. */
    Gate(boolean open, AccessStore store, Clock clock) {
        this.open = open;
        this.store = store;
        this.failures = new FailedLogins(clock);
    }

    /** Throws for whoever shows no token that is good, with 401, and with 429 after many that were none. */
    Caller admit(Incoming request) throws ApiException {
        if (open) {
            return Caller.ANYBODY;
        }
        String shown = shown(request.header("Authorization"));
        if (!failures.mayTry(request.from())) {
            throw new ApiException(
                    429,
                    "too_many",
                    null,
                    "too many tokens of this address were none; the next is looked at in "
                            + FailedLogins.ONE_EACH.toSeconds() + " s");
        }
        return secret(shown)
                .flatMap(store::live)
                .map(token -> new Caller(token.name(), token.role()))
                .orElseThrow(() -> refused(request));
    }

    private static String shown(@Nullable String header) throws ApiException {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw unauthenticated("a token is needed: Authorization: Bearer TOKEN");
        }
        return header.substring(SCHEME.length()).strip();
    }

    private static Optional<ApiToken> secret(String text) {
        try {
            return Optional.of(new ApiToken(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private ApiException refused(Incoming request) {
        failures.failed(request.from());
        LOG.warn(
                "a token from {} is not known, was revoked or has expired",
                request.from().getHostAddress());
        return unauthenticated("the token is not known, was revoked or has expired");
    }

    private static ApiException unauthenticated(String why) {
        return new ApiException(401, "unauthenticated", null, why);
    }
}
