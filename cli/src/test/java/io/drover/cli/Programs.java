package io.drover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.amqp.QueueMode;
import io.drover.messages.json.DroverJson;
import io.drover.schema.HostRoles;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.postgres.TestPostgres;
import io.drover.testbed.rabbit.BrokerUser;
import io.drover.testbed.rabbit.TestRabbit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** One scheduler and some workers, each a process of its own, set up by nothing but {@code drover}'s own commands. */
final class Programs implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String PASSWORD = "only for tests";

    private final Path folder;
    private final TestPostgres postgres;
    private final TestRabbit rabbit;
    private final int httpPort;
    private final Map<String, Process> processes = new HashMap<>();

    Programs() throws IOException, InterruptedException {
        // Short, because it holds sockets.
        folder = Files.createTempDirectory("drover-");
        postgres = TestPostgres.start(Files.createDirectory(folder.resolve("pg")));
        rabbit = TestRabbit.start(
                folder.resolve("mq"),
                List.of(
                        BrokerUser.scheduler(PASSWORD),
                        BrokerUser.host(new HostId("host1"), PASSWORD),
                        BrokerUser.host(new HostId("host2"), PASSWORD)));
        httpPort = freePort();
        postgres.createDatabase("drover");
        Path owner = file("owner.properties", database(postgres.superuser(), postgres.superuserPassword()));
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        setUp("schema", "migrate", "--config", owner.toString());
        setUp("schema", "scheduler", "--config", owner.toString(), "--password-file", password.toString());
        for (String host : List.of("host1", "host2")) {
            setUp("schema", "host", host, "--config", owner.toString(), "--password-file", password.toString());
        }
    }

    private static void setUp(String... arguments) {
        CommandRun run = CommandRun.live(arguments);
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    /** Starts the scheduler and both workers; returns when all have come together. */
    void start() throws IOException {
        startScheduler();
        startWorker("host1", "127.0.0.11");
        startWorker("host2", "127.0.0.12");
        await().atMost(LIMIT).until(() -> hostsSeen() == 2);
    }

    private void startScheduler() throws IOException {
        Map<String, String> keys = schedulerKeys();
        keys.put("http.port", Integer.toString(httpPort));
        start("scheduler", "scheduler", file("scheduler.properties", keys), List.of());
    }

    private Map<String, String> schedulerKeys() {
        Map<String, String> keys = services("drover_scheduler", BrokerUser.scheduler(PASSWORD));
        keys.put("http.port", "0");
        keys.put("balance.mode", "off");
        return keys;
    }

    /** One more, with keys that differ and with options of Java's own. */
    void startScheduler(String name, Map<String, String> differing, List<String> options) throws IOException {
        Map<String, String> keys = schedulerKeys();
        keys.putAll(differing);
        start(name, "scheduler", file(name + ".properties", keys), options);
    }

    void startWorker(String host, String address) throws IOException {
        Map<String, String> keys =
                services(HostRoles.roleName(new HostId(host)), BrokerUser.host(new HostId(host), PASSWORD));
        keys.put("host", host);
        keys.put("peer.address", address);
        keys.put("peer.encryption", "off");
        keys.put("peer.port", "0");
        keys.put("monitoring.port", "0");
        keys.put("state.folder", folder.resolve(host).resolve("state").toString());
        keys.put("images.folder", Files.createDirectories(images(host)).toString());
        keys.put("run.folder", folder.resolve(host).resolve("run").toString());
        keys.put("boot.folder", Checkout.find().cache().toString());
        keys.put("images.reserve_bytes", "0");
        keys.put("qemu.accelerator", "tcg");
        keys.put("telemetry.period_s", "1");
        keys.put("capacity.memory_bytes", Long.toString(1L << 30));
        start(host, "worker", file(host + ".properties", keys), List.of());
    }

    private void start(String name, String subcommand, Path config, List<String> options) throws IOException {
        List<String> command = JavaProgram.command(options, subcommand, "--config", config.toString());
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        processes.put(name, builder.start());
    }

    /** Asks a program to end, as init does, and waits until it has. */
    void stop(String name) throws InterruptedException {
        Process process = processes.remove(name);
        if (process != null) {
            process.destroy();
            // Below the limit after which it would be ended the hard way.
            assertThat(process.waitFor(25, TimeUnit.SECONDS)).as(name + " ends").isTrue();
        }
    }

    /** Waits for what a program says. */
    void awaitLog(String name, String says) {
        await().atMost(LIMIT).until(() -> logOf(name).contains(says));
    }

    /** The exit code of a program that ends by itself, or that was asked to. */
    int awaitEnd(String name, boolean asked) throws InterruptedException {
        Process process = Objects.requireNonNull(processes.remove(name), name);
        if (asked) {
            process.destroy();
        }
        assertThat(process.waitFor(LIMIT)).as(name + " ends").isTrue();
        return process.exitValue();
    }

    /** What an operator types. */
    CommandRun drover(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--scheduler", "http://127.0.0.1:" + httpPort));
        return CommandRun.live(all.toArray(String[]::new));
    }

    JsonNode json(String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        CommandRun run = drover(all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        return DroverJson.mapper().readTree(run.out());
    }

    private int hostsSeen() {
        CommandRun run = drover("hosts", "--json");
        return run.exitCode() == 0 ? DroverJson.mapper().readTree(run.out()).size() : 0;
    }

    Path images(String host) {
        return folder.resolve(host).resolve("images");
    }

    Path console(String host, VmId vm) {
        return folder.resolve(host).resolve("run").resolve(vm.toString()).resolve("console.sock");
    }

    String logOf(String name) throws IOException {
        return Files.readString(log(name));
    }

    private Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /** How to look whether a program has what it needs, with some keys as they should not be. */
    String[] doctor(String name, Map<String, String> differing) throws IOException {
        Map<String, String> keys = new HashMap<>();
        for (String line : Files.readAllLines(folder.resolve(name + ".properties"))) {
            String[] pair = line.split(" = ", 2);
            keys.put(pair[0], pair[1]);
        }
        keys.putAll(differing);
        return new String[] {
            "doctor", "--config", file("doctor.properties", keys).toString()
        };
    }

    Path file(String name, Map<String, String> keys) throws IOException {
        var lines = new ArrayList<String>();
        new TreeMap<>(keys).forEach((key, value) -> lines.add(key + " = " + value));
        return Files.write(folder.resolve(name), lines);
    }

    private Map<String, String> database(String user, String password) {
        return new HashMap<>(Map.of(
                "database.url", postgres.jdbcUrl("drover"), "database.user", user, "database.password", password));
    }

    private Map<String, String> services(String user, BrokerUser brokerUser) {
        BrokerConfig broker = rabbit.config(QueueMode.QUORUM, brokerUser);
        Map<String, String> keys = database(user, PASSWORD);
        keys.put("rabbit.host", broker.host());
        keys.put("rabbit.port", Integer.toString(broker.port()));
        keys.put("rabbit.user", broker.user());
        keys.put("rabbit.password", broker.password());
        return keys;
    }

    /** Ends programs, VMs and services, whatever state they are in. */
    @Override
    public void close() throws IOException {
        processes.values().forEach(Programs::end);
        endVms();
        rabbit.close();
        postgres.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static void end(Process process) {
        process.destroyForcibly();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }

    private void endVms() throws IOException {
        for (Path pidFile : pidFiles()) {
            Optional<ProcessHandle> vm =
                    ProcessHandle.of(Long.parseLong(Files.readString(pidFile).strip()));
            vm.ifPresent(ProcessHandle::destroyForcibly);
            vm.ifPresent(ended -> ended.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        }
    }

    /** QEMU's own, which it removes when it ends in order. */
    List<Path> pidFiles() throws IOException {
        try (Stream<Path> files = Files.find(folder, 4, (path, _) -> path.endsWith("qemu.pid"))) {
            return files.toList();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
