package io.drover.testbed.postgres;

import io.drover.messages.time.Clock;
import io.drover.messages.time.SystemClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A private PostgreSQL 15 on a port of its own of 127.0.0.1. Normally from the embedded binaries, as a child of this
 * process that ends with it, even when this process is killed; with the system property {@code drover.containers=true}
 * from the image {@code drover.postgres.image} (default {@code drover-postgres:15}), which must offer port 5432 with
 * user and password {@code postgres}.
 *
 * <p>Passwords are checked: only the superuser can log in at first.
 */
public final class TestPostgres implements AutoCloseable {
    private static final String SUPERUSER = "postgres";
    private static final String PASSWORD = "postgres";

    private final PostgresServer server;
    private final Path folder;
    private final int port;
    private final Runnable afterwards;
    private boolean running;

    private TestPostgres(PostgresServer server, Path folder, int port, Runnable afterwards) {
        this.server = server;
        this.folder = folder;
        this.port = port;
        this.afterwards = afterwards;
    }

    /** Starts in a temporary folder that {@link #close()} removes. */
    public static TestPostgres start() {
        try {
            Path folder = Files.createTempDirectory("drover-postgres");
            return start(folder, () -> remove(folder));
        } catch (IOException e) {
            throw new PostgresStartException("cannot make a temporary folder: " + e.getMessage(), e);
        }
    }

    /**
     * Starts in {@code folder} (data in {@code data/}, log in {@code postgres.log}), which {@link #close()} leaves;
     * data of an earlier start there is used again. With containers the folder stays unused.
     */
    public static TestPostgres start(Path folder) {
        return start(folder, () -> {});
    }

    private static TestPostgres start(Path folder, Runnable afterwards) {
        Clock clock = new SystemClock();
        int port = freePort();
        PostgresServer server = Boolean.getBoolean("drover.containers")
                ? new ContainerPostgres(System.getProperty("drover.postgres.image", "drover-postgres:15"), port, clock)
                : new EmbeddedPostgres(folder, port, PASSWORD, clock);
        var postgres = new TestPostgres(server, folder, port, afterwards);
        try {
            postgres.resume();
        } catch (RuntimeException e) {
            postgres.close();
            throw e;
        }
        return postgres;
    }

    public int port() {
        return port;
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    public String superuser() {
        return SUPERUSER;
    }

    public String superuserPassword() {
        return PASSWORD;
    }

    /** Makes an empty database; throws {@link IllegalStateException} when it cannot. */
    public void createDatabase(String name) {
        execute("postgres", "CREATE DATABASE \"" + name + "\"");
    }

    /** Runs statements as the superuser; throws {@link IllegalStateException} when one fails. */
    public void execute(String database, String... statements) {
        try (Connection connection = DriverManager.getConnection(jdbcUrl(database), SUPERUSER, PASSWORD);
                var statement = connection.createStatement()) {
            for (String sql : List.of(statements)) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /**
     * Takes the database away, keeping its data and port. The embedded one is shut down, a container is frozen: callers
     * see a refused connection or none that answers.
     */
    public void interrupt() {
        server.interrupt();
        running = false;
    }

    /** Undoes {@link #interrupt()}; returns when the database answers. */
    public void resume() {
        if (!running) {
            server.start();
            awaitAnswer();
            running = true;
        }
    }

    /**
     * Starts a second server in {@code standbyFolder} that follows this one by streaming replication; this one is away
     * for a moment meanwhile. Closing it is the caller's. Not with containers.
     */
    public TestPostgres startStandby(Path standbyFolder) {
        if (Boolean.getBoolean("drover.containers")) {
            throw new IllegalStateException("a standby is a copy of a folder, and containers have none");
        }
        interrupt();
        try {
            Path data = standbyFolder.resolve(EmbeddedPostgres.DATA);
            copy(folder.resolve(EmbeddedPostgres.DATA), data);
            Files.createFile(data.resolve("standby.signal"));
            String primary = "host=127.0.0.1 port=" + port + " user=" + SUPERUSER + " password=" + PASSWORD;
            Files.writeString(
                    data.resolve("postgresql.auto.conf"),
                    "primary_conninfo = '" + primary + "'\n",
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new PostgresStartException("cannot copy " + folder + ": " + e.getMessage(), e);
        }
        resume();
        return start(standbyFolder);
    }

    /** Makes a standby the primary; returns when it takes writes. */
    public void promote() {
        execute("postgres", "SELECT pg_promote()");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                Files.createDirectories(target.resolveSibling("."));
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    /** Stops the server and waits until it is gone. */
    @Override
    public void close() {
        running = false;
        server.close();
        afterwards.run();
    }

    private void awaitAnswer() {
        var lastError = new StringBuilder();
        if (!server.awaitReady(() -> answers(lastError))) {
            throw new PostgresStartException("PostgreSQL did not come up: " + lastError + server.tail());
        }
    }

    private boolean answers(StringBuilder lastError) {
        try (Connection connection =
                DriverManager.getConnection(jdbcUrl("postgres") + "?connectTimeout=5", SUPERUSER, PASSWORD)) {
            return connection.isValid(5);
        } catch (SQLException e) {
            lastError.setLength(0);
            lastError.append(e.getMessage()).append('\n');
            return false;
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new PostgresStartException("no free port: " + e.getMessage(), e);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot remove " + folder + ": " + e.getMessage(), e);
        }
    }
}
