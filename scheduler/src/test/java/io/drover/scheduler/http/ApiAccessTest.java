package io.drover.scheduler.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.access.ApiRole;
import io.drover.messages.access.ApiToken;
import io.drover.messages.http.HttpServer;
import io.drover.messages.json.DroverJson;
import io.drover.scheduler.control.Core;
import io.drover.schema.memory.MemoryAccessStore;
import io.drover.schema.scheduler.AccessStore.NewToken;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** An API that asks for tokens. */
class ApiAccessTest {
    private final Core core = new Core();
    private final MemoryAccessStore access = new MemoryAccessStore(core.clock);
    private final SplittableRandom random = new SplittableRandom(3);
    private final HttpClient client = HttpClient.newHttpClient();
    private @Nullable HttpServer api;

    @BeforeEach
    void start() throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        api = HttpApi.start(
                new HttpSettings(loopback, null, false),
                CoreRoutes.of(core, access, Optional::empty),
                access,
                core.clock);
    }

    @AfterEach
    void stop() {
        if (api != null) {
            api.close();
        }
        client.close();
    }

    private ApiToken token(String name, ApiRole role) {
        ApiToken secret = ApiToken.make(random);
        assertThat(access.createToken(
                        new NewToken(name, secret, role, core.clock.now().plusSeconds(60)), "test"))
                .isTrue();
        return secret;
    }

    @Test
    void withoutATokenNothingIsSaid() throws Exception {
        for (String path : new String[] {"/api/v1/hosts", "/health", "/metrics", "/nothing"}) {
            HttpResponse<String> answer = ask("GET", path, null);
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        }
        assertThat(ask("GET", "/api/v1/hosts", "Basic YTpi").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "Every route asks for its role: a token with less is refused, in writing where it would change something")
    void everyRouteAsksForItsRole(ApiRole role) throws Exception {
        String bearer = "Bearer " + token("t-" + role.word(), role).text();
        for (Route route : CoreRoutes.of(core, access, Optional::empty).all()) {
            String path = "/" + String.join("/", route.pattern()).replaceAll("\\{[^}]*}", "none");
            int before = access.audit().size();
            int status = ask(route.method(), path, bearer).statusCode();
            if (role.covers(route.role())) {
                assertThat(status).as(path).isNotIn(401, 403);
            } else {
                assertThat(status).as(path).isEqualTo(403);
            }
            assertThat(access.audit().size() - before).as(path).isEqualTo(route.changes() ? 1 : 0);
        }
    }

    @Test
    void aTokenIsGoodUntilItIsRevokedOrExpires() throws Exception {
        String admin = "Bearer " + token("anna", ApiRole.ADMINISTER).text();
        HttpResponse<String> made = send("POST", "/api/v1/tokens", admin, "{\"name\":\"console\",\"role\":\"read\"}");
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        JsonNode document = DroverJson.mapper().readTree(made.body());
        assertThat(document.at("/token/created_by").stringValue()).isEqualTo("anna");
        String bearer = "bearer " + document.get("secret").stringValue();
        assertThat(ask("GET", "/api/v1/hosts", bearer).statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/api/v1/tokens", admin).body())
                .contains("\"console\"")
                .doesNotContain(document.get("secret").stringValue());

        assertThat(send("POST", "/api/v1/tokens", admin, "{\"name\":\"console\",\"role\":\"read\"}")
                        .statusCode())
                .isEqualTo(409);
        assertThat(send("POST", "/api/v1/tokens", admin, "{\"name\":\"x\",\"role\":\"root\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(ask("POST", "/api/v1/tokens/console/revoke", admin).statusCode())
                .isEqualTo(200);
        assertThat(ask("POST", "/api/v1/tokens/console/revoke", admin).statusCode())
                .isEqualTo(404);
        assertThat(ask("GET", "/api/v1/hosts", bearer).statusCode()).isEqualTo(401);
        core.clock.advance(java.time.Duration.ofSeconds(61));
        assertThat(ask("GET", "/api/v1/hosts", admin).statusCode()).isEqualTo(401);
    }

    @Test
    void whoChangesSomethingIsWrittenDownByName() throws Exception {
        String bearer = "Bearer " + token("ops@example.org", ApiRole.OPERATE).text();
        assertThat(send("POST", "/api/v1/hosts/h1/limit", bearer, "{\"bytes_per_second\":1000000}")
                        .statusCode())
                .isEqualTo(202);
        var audited = access.audit().getLast();
        assertThat(audited.entry().caller()).isEqualTo("ops@example.org");
        assertThat(audited.entry().address()).isEqualTo("127.0.0.1");
        assertThat(audited.entry().body()).contains("1000000");
        assertThat(audited.status()).isEqualTo(202);
    }

    @Test
    @Tag("attack")
    @DisplayName("Tokens that are none are looked at ten times in a row, and then once in six seconds")
    void whoGuessesIsSlowedDown() throws Exception {
        String good = "Bearer " + token("good", ApiRole.READ).text();
        for (int guess = 0; guess < FailedLogins.BURST; guess++) {
            String bad = "Bearer " + ApiToken.make(random).text();
            assertThat(ask("GET", "/api/v1/hosts", bad).statusCode()).isEqualTo(401);
        }
        assertThat(ask("GET", "/api/v1/hosts", "Bearer nonsense").statusCode()).isEqualTo(429);
        assertThat(ask("GET", "/api/v1/hosts", good).statusCode()).isEqualTo(429);
        core.clock.advance(FailedLogins.ONE_EACH);
        assertThat(ask("GET", "/api/v1/hosts", good).statusCode()).isEqualTo(200);
        assertThat(ask("GET", "/api/v1/hosts", "Bearer nonsense").statusCode()).isEqualTo(401);
        assertThat(ask("GET", "/api/v1/hosts", good).statusCode()).isEqualTo(429);
    }

    private HttpResponse<String> ask(String method, String path, @Nullable String authorization) throws Exception {
        return send(method, path, authorization, "");
    }

    private HttpResponse<String> send(String method, String path, @Nullable String authorization, String body)
            throws IOException, InterruptedException {
        int port = api == null ? 0 : api.address().getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
