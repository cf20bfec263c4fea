package io.drover.scheduler;

import com.rabbitmq.client.ConnectionFactory;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.MigrationTask;
import io.drover.messages.amqp.BrokerSupervisor;
import io.drover.messages.amqp.ConfirmedPublisher;
import io.drover.messages.amqp.QueueMode;
import io.drover.messages.amqp.RpcServer;
import io.drover.messages.amqp.TelemetryPublisher;
import io.drover.messages.bus.BusRights;
import io.drover.messages.bus.RejectedDelivery;
import io.drover.messages.bus.Routing;
import io.drover.messages.bus.RpcHandler;
import io.drover.messages.bus.RpcOutcome;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.WorkerCommand;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.oslo.RpcRequest;
import io.drover.messages.time.Backoff;
import io.drover.messages.time.SystemClock;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.scheduler.fakes.ManualClock;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.HostRoles;
import io.drover.schema.SchemaMigrator;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.PostgresSchedulerStore;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.schema.worker.WorkerIdentity;
import io.drover.schema.worker.WorkerStore.HostFacts;
import io.drover.testbed.postgres.TestPostgres;
import io.drover.testbed.rabbit.TestRabbit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * PostgreSQL, RabbitMQ and the hosts h1, h2, h3 as their workers make themselves known: rows, telemetry and the queue
 * of h1. What its worker would be asked collects in {@link #asked}.
 */
final class RealFleet implements AutoCloseable {
    private static final String PASSWORD = "secret of a test";
    /** One connection speaks for all hosts here; who may say what is tested with a broker that knows users. */
    private static final BusRights ANYBODY = new BusRights(false, Set.of(), "{host}");

    private static final long MIB = 1L << 20;
    private static final List<String> QUEUES =
            List.of("drover", "drover.s1", "drover.s2", "drover_worker.h1", Routing.REJECTED_QUEUE);

    final TestPostgres postgres;
    final TestRabbit rabbit;
    final List<WorkerCommand> asked = new CopyOnWriteArrayList<>();
    final TelemetryPublisher telemetry = new TelemetryPublisher();
    final ConfirmedPublisher publisher = new ConfirmedPublisher(Duration.ofSeconds(10));
    /** Of every host's worker here. */
    private final UUID session = UUID.randomUUID();

    private final SecureRandom random = new SecureRandom();
    private final BrokerSupervisor worker;
    private final String databaseName = "drover_" + UUID.randomUUID().toString().substring(0, 8);
    private final Database database;

    /** A database of its own on the services. */
    RealFleet(Services services) {
        postgres = services.postgres();
        rabbit = services.rabbit();
        postgres.createDatabase(databaseName);
        var migrator = new SchemaMigrator(url(), postgres.superuser(), postgres.superuserPassword());
        migrator.migrate();
        migrator.provisionScheduler(PASSWORD);
        database = Database.open(DatabaseSettings.of(url(), SchemaMigrator.SCHEDULER_ROLE, PASSWORD, 2));
        for (HostId host : List.of(FakeFleet.H1, FakeFleet.H2, FakeFleet.H3)) {
            register(migrator, host);
        }
        Backoff backoff = Backoff.standard(random);
        var queue = new RpcServer(RpcApi.WORKER, ANYBODY, "h1", 10, backoff, new Collector());
        worker = new BrokerSupervisor(
                rabbit.config(QueueMode.QUORUM), "worker h1", backoff, List.of(queue, telemetry, publisher));
        worker.start();
    }

    SchedulerStore store() {
        return new PostgresSchedulerStore(database);
    }

    /** As the worker of a host that is known, by whichever URL. */
    Database hostDatabase(HostId host, String url) {
        return Database.open(DatabaseSettings.of(url, HostRoles.roleName(host), PASSWORD, 2), session);
    }

    String url() {
        return postgres.jdbcUrl(databaseName);
    }

    boolean workerConnected() {
        return worker.connected();
    }

    /** The tasks that reached the queue of h1's worker. */
    List<MigrationTask> tasks() {
        return asked.stream()
                .flatMap(command -> switch (command) {
                    case WorkerCommand.Migrate migrate -> Stream.of(migrate.task());
                    case WorkerCommand.Cancel _,
                            WorkerCommand.StartVm _,
                            WorkerCommand.StopVm _,
                            WorkerCommand.ApplyLinkLimit _ -> Stream.<MigrationTask>empty();
                })
                .toList();
    }

    /** A scheduler of quick periods; {@code changes} are keys of its configuration. */
    Scheduler scheduler(String name, Map<String, String> changes) throws ConfigException {
        var keys = new HashMap<>(Map.of(
                "scheduler.name",
                name,
                "database.url",
                url(),
                "database.password",
                PASSWORD,
                "rabbit.host",
                rabbit.host(),
                "rabbit.port",
                Integer.toString(rabbit.port()),
                "rabbit.user",
                "guest",
                "rabbit.password",
                "guest",
                "http.port",
                "0",
                "balance.period_s",
                "1",
                "balance.samples_n",
                "3"));
        keys.put("monitoring.period_s", "1");
        keys.put("rabbit.senders", "unchecked-insecure");
        keys.putAll(Map.of("balance.samples_k", "2", "queued.repost_s", "3600", "lease.watch_s", "1"));
        keys.putAll(changes);
        return new Scheduler(SchedulerConfig.read(Settings.of(keys)), new SystemClock(), random);
    }

    /** One report of each host: h1 overloaded, h2 idle, h3 rather full. */
    void reportOverload(Instant at) {
        for (HostReport report : FakeFleet.reports(at, 0.7, 0.7, 0.9)) {
            var period = new HostReport(report.host(), at, 1, report.capacity(), report.load(), report.vms());
            telemetry.publish(period);
        }
    }

    /** The next fleet must not find this one's messages. */
    @Override
    public void close() throws IOException, TimeoutException {
        worker.close();
        database.close();
        var factory = new ConnectionFactory();
        factory.setHost(rabbit.host());
        factory.setPort(rabbit.port());
        try (var connection = factory.newConnection();
                var channel = connection.createChannel()) {
            for (String queue : QUEUES) {
                channel.queueDelete(queue);
            }
        }
    }

    /** The servers, for a whole class of tests. */
    record Services(TestPostgres postgres, TestRabbit rabbit, Path folder) implements AutoCloseable {
        static Services start() throws IOException, InterruptedException {
            Path folder = Files.createTempDirectory("drover-scheduler-it");
            return new Services(TestPostgres.start(), TestRabbit.start(folder.resolve("rabbit")), folder);
        }

        @Override
        public void close() throws IOException {
            rabbit.close();
            postgres.close();
            try (var files = Files.walk(folder)) {
                for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void register(SchemaMigrator migrator, HostId host) {
        migrator.provisionHost(host, PASSWORD);
        var settings = DatabaseSettings.of(url(), HostRoles.roleName(host), PASSWORD, 1);
        try (Database own = Database.open(settings, session)) {
            var hostStore = new PostgresWorkerStore(own, host);
            hostStore.openSession(new WorkerIdentity("machine", "boot", "/var/lib/drover", "127.0.0.1:7000"));
            hostStore.registerHost(new HostFacts(
                    "127.0.0.1:7000", "QEMU 7.2.22", 1.5, 4096 * MIB, 100_000 * MIB, 50_000 * MIB, 125_000_000));
            SchedulerStore store = store();
            FakeFleet.database(new ManualClock()).vms().values().stream()
                    .filter(vm -> vm.owner.equals(host))
                    .forEach(vm -> {
                        var defined = (SchedulerStore.SubmitVmResult.Defined) store.defineVm(vm.definition, host);
                        hostStore.recordPower(vm.definition.id(), defined.vm().epoch(), VmRecord.Power.RUNNING);
                    });
        }
    }

    /** Takes what the scheduler posts to h1's worker. */
    private final class Collector implements RpcHandler {
        @Override
        public RpcOutcome handle(RpcRequest request) {
            try {
                asked.add(CommandCodec.worker(request));
                return RpcOutcome.Answered.NOTHING;
            } catch (InvalidMessageException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean recordRejected(RejectedDelivery rejected) {
            return true;
        }
    }
}
