package io.drover.worker;

import io.drover.messages.HostId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.Verification;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.amqp.BrokerSupervisor;
import io.drover.messages.amqp.ConfirmedPublisher;
import io.drover.messages.amqp.QueueMode;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.time.BackgroundLoop;
import io.drover.messages.time.Backoff;
import io.drover.messages.time.Clock;
import io.drover.messages.time.SystemClock;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.HostRoles;
import io.drover.schema.SchemaMigrator;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.PostgresSchedulerStore;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.postgres.TestPostgres;
import io.drover.testbed.rabbit.BrokerUser;
import io.drover.testbed.rabbit.TestRabbit;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.qemu.QemuHypervisor;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import io.drover.worker.qmp.QmpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Real workers in this process over a private PostgreSQL and RabbitMQ; in a scheduler's place a relay of the outbox, so
 * that tasks reach workers as they do in life. Closing it ends every VM.
 */
final class Fleet implements AutoCloseable {
    private static final String DATABASE = "drover";
    private static final String PASSWORD = "only for tests";
    private static final Duration RELAY_EVERY = Duration.ofMillis(200);

    private static final Duration QEMU_LIMIT = Duration.ofSeconds(30);

    private final CloseStack open = new CloseStack();
    private final Clock clock = new SystemClock();
    private final Path folder;
    private final TestPostgres postgres;
    private final TestRabbit rabbit;
    private final ConfirmedPublisher publisher = new ConfirmedPublisher(Duration.ofSeconds(10));
    private final SchedulerStore store;
    private long linkBytesPerSecond = 125_000_000;
    private final Queue<Throwable> endings = new ConcurrentLinkedQueue<>();
    private final Map<HostId, Worker> workers = new ConcurrentHashMap<>();
    private final Map<HostId, WorkerProcess> processes = new ConcurrentHashMap<>();
    private final Map<String, String> settings;

    /** Starts the services; no worker yet. */
    Fleet() throws IOException, InterruptedException {
        this(Map.of());
    }

    /** @param settings of every worker, beside those that a fleet needs */
    Fleet(Map<String, String> settings) throws IOException, InterruptedException {
        this.settings = settings;
        // Short, because it holds sockets.
        folder = Files.createTempDirectory("drover-");
        open.push(() -> remove(folder));
        postgres = open.push(TestPostgres.start(Files.createDirectory(folder.resolve("pg"))));
        rabbit = open.push(TestRabbit.start(folder.resolve("mq"), brokerUsers()));
        postgres.createDatabase(DATABASE);
        migrator().migrate();
        migrator().provisionScheduler(PASSWORD);
        store = new PostgresSchedulerStore(open.push(Database.open(
                DatabaseSettings.of(postgres.jdbcUrl(DATABASE), SchemaMigrator.SCHEDULER_ROLE, PASSWORD, 2))));
        var broker = new BrokerSupervisor(
                rabbit.config(QueueMode.QUORUM, BrokerUser.scheduler(PASSWORD)),
                "tests",
                Backoff.standard(new SecureRandom()),
                List.of(publisher));
        open.push(broker.start());
        open.push(BackgroundLoop.periodic("relaying", RELAY_EVERY, clock, this::relay)
                .start());
    }

    /** Of the schedulers and of every host that a test here knows. */
    private static List<BrokerUser> brokerUsers() {
        var hosts = Stream.of("host1", "host2", "late", "copied", "cut", "stranger", "h1.example")
                .map(name -> brokerUser(new HostId(name)));
        return Stream.concat(Stream.of(BrokerUser.scheduler(PASSWORD)), hosts).toList();
    }

    static BrokerUser brokerUser(HostId host) {
        return BrokerUser.host(host, PASSWORD);
    }

    private void relay() {
        store.relayOutbox(
                20,
                message -> publisher.publish(
                        message.exchange(), message.routingKey(), message.messageId(), message.body()));
    }

    private SchemaMigrator migrator() {
        return new SchemaMigrator(postgres.jdbcUrl(DATABASE), postgres.superuser(), postgres.superuserPassword());
    }

    Clock clock() {
        return clock;
    }

    TestPostgres postgres() {
        return postgres;
    }

    TestRabbit rabbit() {
        return rabbit;
    }

    ConfirmedPublisher publisher() {
        return publisher;
    }

    SchedulerStore store() {
        return store;
    }

    Path images(HostId host) {
        return folder.resolve(host.value()).resolve("images");
    }

    Path state(HostId host) {
        return folder.resolve(host.value()).resolve("state");
    }

    private Path run(HostId host) {
        return folder.resolve(host.value()).resolve("run");
    }

    /** Where a VM's console is served while it lives on this host. */
    Path console(HostId host, VmId vm) {
        return run(host).resolve(vm.toString()).resolve("console.sock");
    }

    /** Says something to the VM's QEMU as a person would, beside its worker. */
    void tellQemu(HostId host, VmId vm, String line) throws IOException, InterruptedException {
        String said = askQemu(host, vm, "human-monitor-command", Map.of("command-line", line));
        if (!said.isBlank()) {
            throw new IOException(line + ": " + said);
        }
    }

    /** The same as a program would. */
    String askQemu(HostId host, VmId vm, String command, Map<String, ?> arguments)
            throws IOException, InterruptedException {
        Path socket = run(host).resolve(vm.toString()).resolve("repair.sock");
        try (QmpClient client = QmpClient.connect(socket, QEMU_LIMIT)) {
            return client.execute(command, arguments, QEMU_LIMIT).asString("");
        }
    }

    /** The host's QEMU, seen by somebody who is not its worker. */
    Hypervisor hypervisor(HostId host) {
        return new QemuHypervisor(QemuConfig.of(run(host), images(host)), clock);
    }

    /** Makes a host's login and folders. */
    void prepare(HostId host) throws IOException {
        migrator().provisionHost(host, PASSWORD);
        Files.createDirectories(images(host));
    }

    /** Starts the worker of a host that is prepared; returns when it works. */
    Worker startWorker(HostId host, String address) throws IOException, InterruptedException, ConfigException {
        return startWorker(host, address, Map.of());
    }

    /** The same with further keys of its configuration. */
    Worker startWorker(HostId host, String address, Map<String, String> more)
            throws IOException, InterruptedException, ConfigException {
        Worker worker = Worker.start(config(host, address, more), clock, new SecureRandom(), endings::add);
        workers.put(host, worker);
        return worker;
    }

    /** Starts the worker of a host that is prepared as a process of its own; does not wait until it works. */
    WorkerProcess startProcess(HostId host, String address) throws IOException {
        WorkerProcess started = WorkerProcess.start(host, keys(host, address, Map.of()), folder);
        processes.put(host, started);
        return started;
    }

    /** Why workers in this process said that they must end. */
    Queue<Throwable> endings() {
        return endings;
    }

    WorkerProcess process(HostId host) {
        return Optional.ofNullable(processes.get(host)).orElseThrow();
    }

    private void killProcesses() {
        for (WorkerProcess process : processes.values()) {
            try {
                process.kill();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** For workers that are started from now on. */
    void linkBytesPerSecond(long limit) {
        linkBytesPerSecond = limit;
    }

    void stopWorker(HostId host) {
        Optional.ofNullable(workers.remove(host)).ifPresent(Worker::close);
    }

    /** Made when it is first asked for. */
    private synchronized Path certificate(HostId host) {
        Path pki = folder.resolve("pki");
        Path made = pki.resolve("hosts").resolve(host.value());
        if (Files.exists(made)) {
            return made;
        }
        try {
            var validity = new Validity(clock.now(), Duration.ofDays(1));
            FleetAuthority authority = Files.exists(pki)
                    ? FleetAuthority.open(pki, new SecureRandom())
                    : FleetAuthority.init(pki, validity, new SecureRandom());
            return authority.issue(host, validity);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    WorkerConfig config(HostId host, String address) throws ConfigException {
        return config(host, address, Map.of());
    }

    private WorkerConfig config(HostId host, String address, Map<String, String> more) throws ConfigException {
        return WorkerConfig.read(Settings.of(keys(host, address, more)), new HostResources(1, 2L << 30));
    }

    private Map<String, String> keys(HostId host, String address, Map<String, String> more) {
        var broker = rabbit.config(QueueMode.QUORUM, brokerUser(host));
        var keys = new HashMap<String, String>();
        keys.put("host", host.value());
        keys.put("peer.address", address);
        keys.put("peer.port", "0");
        keys.put("monitoring.port", "0");
        keys.put("peer.pki.folder", certificate(host).toString());
        keys.put("state.folder", state(host).toString());
        keys.put("images.folder", images(host).toString());
        keys.put("images.reserve_bytes", "0");
        keys.put("run.folder", run(host).toString());
        keys.put("boot.folder", Checkout.find().cache().toString());
        keys.put("database.url", postgres.jdbcUrl(DATABASE));
        keys.put("database.user", HostRoles.roleName(host));
        keys.put("database.password", PASSWORD);
        keys.put("rabbit.host", broker.host());
        keys.put("rabbit.port", Integer.toString(broker.port()));
        keys.put("rabbit.user", broker.user());
        keys.put("rabbit.password", broker.password());
        keys.put("qemu.accelerator", "tcg");
        keys.put("capacity.cpu_cores", "1");
        keys.put("telemetry.period_s", "1");
        keys.put("link.bytes_per_second", Long.toString(linkBytesPerSecond));
        keys.putAll(settings);
        keys.putAll(more);
        return keys;
    }

    /** Defines a VM whose images stand there already, and has it started. */
    void defineAndStart(VmDefinition definition, HostId host) {
        define(definition, host);
        store.wantPower(definition.id(), Power.RUNNING);
    }

    /** Defines a VM whose images stand there already; it is stopped. */
    void define(VmDefinition definition, HostId host) {
        var result = store.defineVm(definition, host);
        if (result instanceof SchedulerStore.SubmitVmResult.Refused refused) {
            throw new IllegalStateException(refused.field() + ": " + refused.message());
        }
    }

    boolean awaitPower(VmId vm, Power power, Duration limit) throws InterruptedException {
        return clock.await(() -> store.vm(vm).orElseThrow().power() == power, limit, Duration.ofMillis(200));
    }

    /** Reads one text column as the superuser. */
    List<String> query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        postgres.jdbcUrl(DATABASE), postgres.superuser(), postgres.superuserPassword());
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var column = new ArrayList<String>();
            while (rows.next()) {
                column.add(rows.getString(1));
            }
            return column;
        }
    }

    /** Submits a migration of every disk by one algorithm. */
    MigrationId submit(VmId vm, HostId source, HostId destination, String algorithm) {
        return submit(vm, source, destination, algorithm, List.of());
    }

    /** The same with base images named. */
    MigrationId submit(VmId vm, HostId source, HostId destination, String algorithm, List<ImageName> bases) {
        var id = new MigrationId(UUID.randomUUID());
        return submit(new MigrationTask(
                id, vm, source, destination, algorithm, Map.of(), null, "a test asked", null, bases, null));
    }

    /** The same, compared when {@code verify} says. */
    MigrationId submit(VmId vm, HostId source, HostId destination, String algorithm, Verification verify) {
        var id = new MigrationId(UUID.randomUUID());
        return submit(new MigrationTask(
                id, vm, source, destination, algorithm, Map.of(), null, "a test asked", null, null, verify));
    }

    MigrationId submit(MigrationTask task) {
        SubmitResult result = store.submit(task, "test", null);
        if (result instanceof SubmitResult.Refused refused) {
            throw new IllegalStateException(refused.field() + ": " + refused.failure());
        }
        return task.id();
    }

    MigrationDetail detail(MigrationId id) {
        return store.migration(id).orElseThrow();
    }

    /** Returns the migration once nothing more happens to it by itself, or as it stands at the limit. */
    MigrationDetail awaitEnd(MigrationId id, Duration limit) throws InterruptedException {
        clock.await(() -> over(detail(id).migration().state()), limit, Duration.ofMillis(200));
        return detail(id);
    }

    private static boolean over(@Nullable MigrationState state) {
        return state == MigrationState.STRANDED || (state != null && state.terminal());
    }

    @Override
    public void close() {
        workers.values().forEach(Worker::close);
        killProcesses();
        try (Stream<Path> hosts = Files.list(folder)) {
            for (Path host :
                    hosts.filter(path -> Files.isDirectory(path.resolve("run"))).toList()) {
                endVms(new HostId(host.getFileName().toString()));
            }
        } catch (IOException e) {
            throw new IllegalStateException("VMs may still run below " + folder, e);
        } finally {
            open.close();
        }
    }

    /** By their process: a VM that no longer answers must not outlive a test either. */
    private void endVms(HostId host) throws IOException {
        for (VmId vm : hypervisor(host).alive()) {
            Path pidFile = run(host).resolve(vm.toString()).resolve("qemu.pid");
            long pid = Long.parseLong(Files.readString(pidFile).strip());
            Optional<ProcessHandle> process = ProcessHandle.of(pid);
            process.ifPresent(ProcessHandle::destroyForcibly);
            process.ifPresent(
                    ended -> ended.onExit().orTimeout(30, TimeUnit.SECONDS).join());
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
