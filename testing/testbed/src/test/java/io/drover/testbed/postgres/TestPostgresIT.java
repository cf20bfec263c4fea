package io.drover.testbed.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestPostgresIT {
    @Test
    void answersAsVersionFifteenAndChecksPasswords() throws SQLException {
        try (var postgres = TestPostgres.start()) {
            try (var connection = DriverManager.getConnection(
                    postgres.jdbcUrl("postgres"), postgres.superuser(), postgres.superuserPassword())) {
                assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(15);
            }
            assertThatThrownBy(() ->
                            DriverManager.getConnection(postgres.jdbcUrl("postgres"), postgres.superuser(), "wrong"))
                    .hasMessageContaining("password authentication failed");
        }
    }

    @Test
    void keepsDataAndPortOverAnInterruption() {
        try (var postgres = TestPostgres.start()) {
            postgres.createDatabase("kept");
            int port = postgres.port();
            postgres.interrupt();
            assertThatThrownBy(() -> DriverManager.getConnection(
                            postgres.jdbcUrl("kept") + "?connectTimeout=2&socketTimeout=2&loginTimeout=2",
                            postgres.superuser(),
                            postgres.superuserPassword()))
                    .isInstanceOf(SQLException.class);
            postgres.resume();
            assertThat(postgres.port()).isEqualTo(port);
            postgres.execute("kept", "SELECT 1");
        }
    }

    @Test
    void leavesNoProcessBehindAndUsesTheFolderAgain(@TempDir Path folder) throws Exception {
        if (Boolean.getBoolean("drover.containers")) {
            return; // There the engine holds both.
        }
        ProcessHandle server;
        try (var postgres = TestPostgres.start(folder)) {
            postgres.createDatabase("kept");
            server = ProcessHandle.of(Long.parseLong(Files.readAllLines(folder.resolve("data/postmaster.pid"))
                            .getFirst()))
                    .orElseThrow();
            assertThat(server.isAlive()).isTrue();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> !server.isAlive());
        try (var postgres = TestPostgres.start(folder)) {
            postgres.execute("kept", "SELECT 1");
        }
    }
}
