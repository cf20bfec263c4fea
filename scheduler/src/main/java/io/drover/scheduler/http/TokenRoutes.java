package io.drover.scheduler.http;

import io.drover.messages.access.ApiRole;
import io.drover.messages.access.ApiToken;
import io.drover.messages.api.TokenAnswer;
import io.drover.messages.api.TokenDocument;
import io.drover.messages.api.request.TokenRequest;
import io.drover.messages.http.ApiResponse;
import io.drover.schema.scheduler.AccessStore;
import io.drover.schema.scheduler.AccessStore.NewToken;
import io.drover.schema.scheduler.AccessStore.StoredToken;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/** Who has a token. */
public final class TokenRoutes implements RouteGroup {
    private final AccessStore store;
    private final RandomGenerator random;

    /** {@code random}: a source for secrets. */
    public TokenRoutes(AccessStore store, RandomGenerator random) {
        this.store = store;
        this.random = random;
    }

    @Override
    public List<Route> all() {
        return List.of(
                Route.get(ApiRole.ADMINISTER, "/api/v1/tokens", request -> list()),
                Route.post(ApiRole.ADMINISTER, "/api/v1/tokens", this::create),
                Route.command(ApiRole.ADMINISTER, "/api/v1/tokens/{token}/revoke", this::revoke));
    }

    private ApiResponse list() {
        return ApiResponse.json(
                200, store.tokens().stream().map(TokenRoutes::document).toList());
    }

    private ApiResponse create(ApiRequest request) throws ApiException {
        TokenRequest body = request.body(TokenRequest.class);
        Instant expiresAt = body.expiresAt();
        var token = new NewToken(body.name(), ApiToken.make(random), ApiRole.of(body.role()), expiresAt);
        if (!store.createToken(token, request.by())) {
            throw new ApiException(409, "conflict", "name", "there is a token " + body.name() + ": revoke it first");
        }
        TokenDocument made = store.live(token.secret())
                .map(TokenRoutes::document)
                .orElseThrow(() -> new ApiException(409, "conflict", "expires_at", expiresAt + " is over"));
        return ApiResponse.json(201, new TokenAnswer(made, token.secret().text()));
    }

    private ApiResponse revoke(ApiRequest request) throws ApiException {
        String name = request.variable("token");
        StoredToken revoked = store.revokeToken(name)
                .orElseThrow(() -> new ApiException(404, "unknown", "token", "there is no token " + name));
        return ApiResponse.json(200, document(revoked));
    }

    private static TokenDocument document(StoredToken token) {
        return new TokenDocument(
                token.name(), token.role().word(), token.createdAt(), token.createdBy(), token.expiresAt());
    }
}
