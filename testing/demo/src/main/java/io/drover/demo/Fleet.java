package io.drover.demo;

import io.drover.messages.HostId;
import io.drover.messages.amqp.QueueMode;
import io.drover.messages.time.Clock;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.HostRoles;
import io.drover.schema.SchemaMigrator;
import io.drover.testbed.postgres.TestPostgres;
import io.drover.testbed.rabbit.BrokerUser;
import io.drover.testbed.rabbit.TestRabbit;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** PostgreSQL, RabbitMQ, a scheduler and the workers, each a process of its own. */
final class Fleet {
    static final String DATABASE = "drover";
    private static final String PASSWORD = "demo";
    private static final long LINK_BYTES_PER_SECOND = 125_000_000;
    private static final int PEER_PORT = 7101;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int SCHEDULER_HEAP_MEGABYTES = 128;
    private static final int WORKER_HEAP_MEGABYTES = 192;

    private final DemoFolders folders;
    private final List<DemoHost> hosts;
    private final Clock clock;
    private final List<ChildProcess> children = new CopyOnWriteArrayList<>();
    private final TestPostgres postgres;
    private final TestRabbit rabbit;
    private final int httpPort;
    private final Path pki;
    private final Path bootFolder;

    private Fleet(
            DemoFolders folders,
            List<DemoHost> hosts,
            Clock clock,
            Path bootFolder,
            TestPostgres postgres,
            TestRabbit rabbit)
            throws IOException {
        this.bootFolder = bootFolder;
        this.folders = folders;
        this.hosts = hosts;
        this.clock = clock;
        this.postgres = postgres;
        this.rabbit = rabbit;
        this.httpPort = freePort();
        this.pki = folders.pki();
    }

    /** Starts everything and returns when scheduler and workers answer; {@code ending} learns what to stop. */
    static Fleet start(DemoFolders folders, List<DemoHost> hosts, Clock clock, Path bootFolder, Teardown ending)
            throws IOException, InterruptedException {
        TestPostgres postgres = TestPostgres.start(folders.postgres());
        ending.add(postgres::close);
        TestRabbit rabbit = TestRabbit.start(folders.rabbit(), brokerUsers(hosts));
        ending.add(rabbit::close);
        var fleet = new Fleet(folders, hosts, clock, bootFolder, postgres, rabbit);
        ending.add(fleet::stopPrograms);
        fleet.startPrograms();
        return fleet;
    }

    private static List<BrokerUser> brokerUsers(List<DemoHost> hosts) {
        return Stream.concat(
                        Stream.of(BrokerUser.scheduler(PASSWORD)),
                        hosts.stream().map(host -> BrokerUser.host(host.id(), PASSWORD)))
                .toList();
    }

    URI api() {
        return URI.create("http://127.0.0.1:" + httpPort);
    }

    String jdbcUrl() {
        return postgres.jdbcUrl(DATABASE);
    }

    /** As the scheduler's role: the evidence comes from PostgreSQL itself. */
    Database openDatabase() {
        return Database.open(DatabaseSettings.of(jdbcUrl(), SchemaMigrator.SCHEDULER_ROLE, PASSWORD, 2));
    }

    private void stopPrograms() throws InterruptedException {
        for (ChildProcess child : children.reversed()) {
            child.stop();
        }
    }

    private void startPrograms() throws IOException, InterruptedException {
        issueCertificates();
        postgres.createDatabase(DATABASE);
        var migrator = new SchemaMigrator(jdbcUrl(), postgres.superuser(), postgres.superuserPassword());
        migrator.migrate();
        migrator.provisionScheduler(PASSWORD);
        for (DemoHost host : hosts) {
            migrator.provisionHost(host.id(), PASSWORD);
        }
        start("scheduler", SCHEDULER_HEAP_MEGABYTES, "scheduler", schedulerKeys());
        for (DemoHost host : hosts) {
            start("worker", WORKER_HEAP_MEGABYTES, host.id().value(), workerKeys(host));
        }
        if (!clock.await(this::healthy, START_LIMIT, Duration.ofMillis(100))) {
            throw new IOException("the scheduler does not answer; see " + folders.logs());
        }
    }

    private void issueCertificates() throws IOException {
        var validity = new Validity(clock.now(), Duration.ofDays(1));
        FleetAuthority authority = FleetAuthority.init(pki, validity, new SecureRandom());
        for (DemoHost host : hosts) {
            authority.issue(host.id(), validity);
        }
    }

    private void start(String program, int heapMegabytes, String name, Map<String, String> keys) throws IOException {
        Path config = folders.config(name);
        List<String> lines = new ArrayList<>();
        keys.forEach((key, value) -> lines.add(key + " = " + value));
        Files.write(config, lines);
        Path log = folders.logs().resolve(name + ".log");
        children.add(ChildProcess.drover(log, heapMegabytes, List.of(program, "--config", config.toString())));
    }

    private Map<String, String> serviceKeys(String user, BrokerUser brokerUser) {
        var keys = new TreeMap<String, String>();
        keys.put("database.url", jdbcUrl());
        keys.put("database.user", user);
        keys.put("database.password", PASSWORD);
        var broker = rabbit.config(QueueMode.QUORUM, brokerUser);
        keys.put("rabbit.host", broker.host());
        keys.put("rabbit.port", Integer.toString(broker.port()));
        keys.put("rabbit.user", broker.user());
        keys.put("rabbit.password", broker.password());
        return keys;
    }

    private Map<String, String> schedulerKeys() {
        Map<String, String> keys = serviceKeys(SchemaMigrator.SCHEDULER_ROLE, BrokerUser.scheduler(PASSWORD));
        keys.put("scheduler.name", "demo");
        keys.put("http.address", "127.0.0.1");
        keys.put("http.port", Integer.toString(httpPort));
        keys.put("balance.mode", "automatic");
        keys.put("balance.period_s", "2");
        keys.put("balance.samples_n", "5");
        keys.put("balance.samples_k", "3");
        // Its hosts are parts of one machine, whose kernel tells of no host's pressure but its own.
        keys.put("balance.pressure", "0");
        return keys;
    }

    private Map<String, String> workerKeys(DemoHost host) {
        Map<String, String> keys = serviceKeys(HostRoles.roleName(host.id()), BrokerUser.host(host.id(), PASSWORD));
        keys.put("host", host.id().value());
        keys.put("peer.address", host.address());
        keys.put(
                "peer.pki.folder",
                pki.resolve("hosts").resolve(host.id().value()).toString());
        keys.put("peer.port", Integer.toString(PEER_PORT));
        keys.put("state.folder", folders.host(host.id()).resolve("state").toString());
        keys.put("images.folder", folders.images(host.id()).toString());
        keys.put("run.folder", folders.run(host.id()).toString());
        keys.put("boot.folder", bootFolder.toString());
        keys.put("capacity.cpu_cores", Double.toString(host.cpuCores()));
        keys.put("link.bytes_per_second", Long.toString(LINK_BYTES_PER_SECOND));
        return keys;
    }

    private boolean healthy() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(api().resolve("/health"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == HttpURLConnection.HTTP_OK;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** What a person may run to look at it, with {@code --keep}. */
    List<String> commandsToLook() {
        HostId first = hosts.getFirst().id();
        return List.of(
                "export DROVER_SCHEDULER=" + api(),
                "./drover hosts; ./drover vms; ./drover migrations",
                "PGPASSWORD=" + postgres.superuserPassword() + " psql -h 127.0.0.1 -p " + postgres.port() + " -U "
                        + postgres.superuser() + " " + DATABASE
                        + " -c 'select * from drover.migration_transition order by at'",
                "ls " + folders.run(first) + "/*/repair.sock   # QMP: socat - UNIX-CONNECT:<repair.sock>");
    }
}
