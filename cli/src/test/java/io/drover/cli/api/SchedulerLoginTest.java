package io.drover.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.cli.terminal.CommandException;
import io.drover.messages.access.ApiToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerLoginTest {
    private static final String TOKEN = "drover_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
    private static final String OTHER = TOKEN.replace('0', '9');

    @TempDir
    private Path home = Path.of("");

    private Path config(String mode, String... lines) throws IOException {
        Path file = home.resolve(".config/drover/config");
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, String.join("\n", lines));
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private SchedulerLogin login(Map<String, String> more) throws CommandException {
        var environment = new HashMap<>(Map.of("HOME", home.toString()));
        environment.putAll(more);
        return SchedulerLogin.of(null, environment);
    }

    @Test
    void withoutAnyWordItIsThisHostsScheduler() throws Exception {
        assertThat(login(Map.of())).isEqualTo(new SchedulerLogin(URI.create("http://127.0.0.1:7070"), null, null));
    }

    @Test
    void theFileGivesWayToTheEnvironmentAndThatToTheOption() throws Exception {
        config("rw-------", "scheduler=https://db:7070", "token=" + TOKEN, "ca=/etc/ca.pem");
        SchedulerLogin file = login(Map.of());
        assertThat(file.scheduler()).isEqualTo(URI.create("https://db:7070"));
        assertThat(text(file.token())).isEqualTo(TOKEN);
        assertThat(file.authorities()).isEqualTo(Path.of("/etc/ca.pem"));

        var environment = Map.of(
                "HOME",
                home.toString(),
                "DROVER_SCHEDULER",
                "https://db2",
                "DROVER_TOKEN",
                OTHER,
                "DROVER_CA",
                "/ca2.pem");
        SchedulerLogin given = SchedulerLogin.of("https://db3", environment);
        assertThat(given.scheduler()).isEqualTo(URI.create("https://db3"));
        assertThat(text(given.token())).isEqualTo(OTHER);
        assertThat(given.authorities()).isEqualTo(Path.of("/ca2.pem"));
        assertThat(given.toString()).doesNotContain(OTHER);
    }

    @Test
    void aTokenThatOthersMayReadIsNotTaken() throws Exception {
        Path file = config("rw-r-----", "token=" + TOKEN);
        refuses(Map.of(), file + " holds a token and others may read or write it: chmod 600");
        config("rw-r--r--", "scheduler=https://db");
        assertThat(login(Map.of()).scheduler()).isEqualTo(URI.create("https://db"));
        Path token = Files.writeString(home.resolve("token"), TOKEN);
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        refuses(Map.of("DROVER_TOKEN_FILE", token.toString()), "chmod 600 " + token);
    }

    @Test
    void aTokenIsNotSentInTheClearToAnotherHost() throws Exception {
        refuses(Map.of("DROVER_SCHEDULER", "http://db:7070", "DROVER_TOKEN", TOKEN), "use https");
        assertThat(login(Map.of("DROVER_SCHEDULER", "http://[::1]:7070", "DROVER_TOKEN", TOKEN))
                        .token())
                .isNotNull();
    }

    @Test
    void mistakesAreNamed() throws Exception {
        refuses(Map.of("DROVER_SCHEDULER", "ftp://db"), "--scheduler: 'ftp://db' is not an address");
        refuses(Map.of("DROVER_TOKEN", "secret"), "DROVER_TOKEN is not a token");
        config("rw-------", "colour=red");
        refuses(Map.of(), "unknown key colour");
    }

    private static String text(@Nullable ApiToken token) {
        return token == null ? "none" : token.text();
    }

    private void refuses(Map<String, String> environment, String words) {
        assertThatThrownBy(() -> login(environment))
                .isInstanceOf(CommandException.class)
                .hasMessageContaining(words)
                .hasMessageNotContaining(TOKEN);
    }
}
