package io.drover.worker;

import io.drover.messages.HostId;
import io.drover.messages.config.Settings;
import io.drover.messages.time.SystemClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A worker as a process of its own, so that it can be killed and frozen: nothing of it gets to say good-bye. */
final class WorkerProcess {
    private static final int END_SECONDS = 120;
    private final Process process;
    private final Path log;

    private WorkerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Runs in the child until it is killed. */
    public static void main(String[] arguments) throws Exception {
        Settings settings = Settings.read(Path.of(arguments[0]));
        var config = WorkerConfig.read(settings, new HostResources(1, 2L << 30));
        var worker = Worker.start(config, new SystemClock(), new SecureRandom(), Throwable::printStackTrace);
        // As the program does at SIGTERM.
        Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
        new CountDownLatch(1).await();
    }

    /** @param folder where its configuration and its log go; the log is appended to */
    static WorkerProcess start(HostId host, Map<String, String> keys, Path folder) throws IOException {
        Path config = folder.resolve(host + ".properties");
        Files.write(
                config,
                keys.entrySet().stream()
                        .map(key -> key.getKey() + " = " + key.getValue())
                        .toList());
        Path log = folder.resolve(host + ".log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkerProcess.class.getName(),
                        config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        return new WorkerProcess(process, log);
    }

    boolean alive() {
        return process.isAlive();
    }

    /** What it said, for the message of a test that fails. */
    String log() throws IOException {
        return Files.readString(log);
    }

    /** SIGKILL; returns when it is gone. */
    void kill() throws InterruptedException, IOException {
        if (!process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("process " + process.pid() + " survives SIGKILL");
        }
    }

    /** SIGTERM; returns when it has ended by itself. */
    void end() throws InterruptedException, IOException {
        signal("TERM");
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("process " + process.pid() + " does not end");
        }
    }

    /** SIGSTOP: connections stay open and nobody answers. */
    void freeze() throws InterruptedException, IOException {
        signal("STOP");
    }

    /** SIGCONT: it goes on with what it believed before. */
    void thaw() throws InterruptedException, IOException {
        signal("CONT");
    }

    private void signal(String name) throws InterruptedException, IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("process " + process.pid() + " cannot be sent SIG" + name);
        }
    }
}
