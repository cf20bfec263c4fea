package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenCommandsTest {
    private static final String TOKEN =
            "{\"name\":\"anna\",\"role\":\"operate\",\"created_at\":\"2026-11-20T12:00:00Z\","
                    + "\"created_by\":\"admin\",\"expires_at\":\"2026-11-23T12:00:00Z\"}";

    private CannedScheduler scheduler;

    @BeforeEach
    void start() throws IOException {
        scheduler = new CannedScheduler();
    }

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void printsTheSecretAloneSoThatItGoesIntoAFile() {
        scheduler.answer("POST /api/v1/tokens", 201, "{\"token\":" + TOKEN + ",\"secret\":\"drover_x\"}");
        CommandRun run = scheduler.drover(false, "token", "create", "anna", "--role", "operate", "--expires", "24h");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).isEqualToIgnoringNewLines("drover_x");
        assertThat(scheduler.requests())
                .containsExactly("POST /api/v1/tokens {\"name\":\"anna\",\"role\":\"operate\","
                        + "\"expires_at\":\"2026-11-23T12:00:00Z\"}");
    }

    @Test
    void listsAndRevokes() {
        scheduler.answer("GET /api/v1/tokens", 200, "[" + TOKEN + "]");
        assertThat(scheduler.drover(false, "token", "list").out())
                .contains("anna", "operate", "admin", "2026-11-23T12:00:00Z");
        scheduler.answer("POST /api/v1/tokens/anna/revoke", 200, TOKEN);
        assertThat(scheduler.drover(false, "token", "revoke", "anna").out()).contains("token anna is revoked");
    }

    @Test
    void refusesARoleThatIsNone() {
        CommandRun run = scheduler.drover(false, "token", "create", "anna", "--role", "root");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("'root' is none of read, operate, administer");
        assertThat(scheduler.requests()).isEmpty();
    }

    @Test
    void saysHowToShowAToken() {
        scheduler.answer("GET /api/v1/hosts", 401, "{\"code\":\"unauthenticated\",\"message\":\"a token is needed\"}");
        CommandRun run = scheduler.drover(false, "hosts");
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.err()).contains("a token is needed; DROVER_TOKEN, DROVER_TOKEN_FILE");
    }
}
