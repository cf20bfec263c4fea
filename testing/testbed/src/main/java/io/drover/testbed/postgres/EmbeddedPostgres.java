package io.drover.testbed.postgres;

import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.testbed.LogTail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** PostgreSQL from the embedded binaries as a child of this process. */
final class EmbeddedPostgres implements PostgresServer {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
    private static final int TAIL_LINES = 20;
    /** Folder of the cluster. */
    static final String DATA = "data";

    /**
     * Runs the server beside a reader of our pipe: when the pipe ends, because we closed it or because we were killed,
     * the server is shut down fast. In a session of its own, so that Ctrl-C on the terminal reaches us first.
     */
    private static final String GUARD = """
        exec 3<&0
        "$@" 3<&- </dev/null &
        server=$!
        (cat <&3 >/dev/null; kill -INT $server 2>/dev/null) &
        exec 3<&-
        wait $server
        """;

    private final Path folder;
    private final int port;
    private final String password;
    private final Clock clock;
    private @Nullable Process guard;

    EmbeddedPostgres(Path folder, int port, String password, Clock clock) {
        this.folder = folder.toAbsolutePath();
        this.port = port;
        this.password = password;
        this.clock = clock;
    }

    @Override
    public void start() {
        try {
            Path bin = PostgresBinaries.unpacked().resolve("bin");
            List<String> unprivileged = unprivileged();
            if (!Files.exists(data().resolve("PG_VERSION"))) {
                initialise(bin, unprivileged);
            }
            guard = launch(bin, unprivileged);
        } catch (IOException e) {
            throw new PostgresStartException("cannot start PostgreSQL in " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean awaitReady(BooleanSupplier answers) {
        Process started = guard;
        if (started == null) {
            return false;
        }
        try {
            var wait = new Wait(clock, START_LIMIT, Duration.ofMillis(50));
            return wait.until(() -> answers.getAsBoolean() || !started.isAlive()) && started.isAlive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void interrupt() {
        close();
    }

    @Override
    public String tail() {
        try {
            return LogTail.of(log(), TAIL_LINES);
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    @Override
    public void close() {
        Process running = guard;
        guard = null;
        if (running == null) {
            return;
        }
        try {
            running.getOutputStream().close();
        } catch (IOException e) {
            running.descendants().forEach(ProcessHandle::destroy);
        }
        awaitEnd(running);
    }

    private static void awaitEnd(Process running) {
        try {
            if (!running.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                running.descendants().forEach(ProcessHandle::destroyForcibly);
                running.destroyForcibly();
                throw new IllegalStateException("PostgreSQL did not stop within " + STOP_LIMIT + " and was killed");
            }
        } catch (InterruptedException e) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Path data() {
        return folder.resolve(DATA);
    }

    private Path log() {
        return folder.resolve("postgres.log");
    }

    private void initialise(Path bin, List<String> unprivileged) throws IOException {
        Files.createDirectories(folder);
        Path passwordFile = folder.resolve("initdb.password");
        Files.writeString(passwordFile, password);
        var command = new ArrayList<>(unprivileged);
        command.addAll(List.of(bin.resolve("initdb").toString(), "-D", data().toString(), "-U", "postgres"));
        command.addAll(List.of("-A", "scram-sha-256", "--pwfile", passwordFile.toString()));
        command.addAll(List.of("-E", "UTF8", "--locale=C", "--no-sync"));
        try {
            if (run(command, log(), START_LIMIT) != 0) {
                throw new PostgresStartException("initdb failed:\n" + tail());
            }
            // A bench's hosts have addresses of their own in 127.0.0.0/8.
            Files.writeString(
                    data().resolve("pg_hba.conf"),
                    "host all all 127.0.0.0/8 scram-sha-256\n",
                    StandardOpenOption.APPEND);
        } finally {
            Files.deleteIfExists(passwordFile);
        }
    }

    private Process launch(Path bin, List<String> unprivileged) throws IOException {
        var command = new ArrayList<>(List.of("setsid", "sh", "-c", GUARD, "drover-postgres"));
        command.addAll(unprivileged);
        command.addAll(List.of(bin.resolve("postgres").toString(), "-D", data().toString()));
        command.addAll(List.of("-p", Integer.toString(port)));
        // Nothing here has to survive a power cut, and the VM under test has enough to do with its disk.
        List<String> settings = List.of(
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "fsync=off",
                "shared_buffers=32MB",
                "max_connections=100");
        settings.forEach(setting -> command.addAll(List.of("-c", setting)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it is not root. */
    private static List<String> unprivileged() throws IOException {
        if (!"root".equals(System.getProperty("user.name"))) {
            return List.of();
        }
        List<String> prefix = List.of("unshare", "-U");
        var probe = new ArrayList<>(prefix);
        probe.add("true");
        if (run(probe, Path.of("/dev/null"), Duration.ofSeconds(30)) != 0) {
            throw new PostgresStartException(
                    "PostgreSQL does not run as root, and user namespaces, in which it would not be root, are off"
                            + " here: run as another user, or allow them (sysctl user.max_user_namespaces,"
                            + " kernel.unprivileged_userns_clone; in a container also its seccomp profile)");
        }
        return prefix;
    }

    private static int run(List<String> command, Path log, Duration limit) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command.getFirst() + " did not end within " + limit);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
