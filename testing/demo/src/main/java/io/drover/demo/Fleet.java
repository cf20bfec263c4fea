package io.drover.demo;

import io.drover.messages.HostId;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.SchemaMigrator;
import io.drover.testbed.postgres.TestPostgres;
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
import java.util.concurrent.CopyOnWriteArrayList;

/** PostgreSQL, RabbitMQ, a scheduler and the workers, each a process of its own. */
final class Fleet {
    private static final String PASSWORD = "demo";
    private static final long LINK_BYTES_PER_SECOND = 125_000_000;
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final int SCHEDULER_HEAP_MEGABYTES = 128;
    private static final int WORKER_HEAP_MEGABYTES = 192;

    private final DemoFolders folders;
    private final List<DemoHost> hosts;
    private final Clock clock;
    private final List<ChildProcess> children = new CopyOnWriteArrayList<>();
    private final FleetServices services;
    private final int httpPort;
    private final Path pki;
    private final Path bootFolder;

    private Fleet(DemoFolders folders, List<DemoHost> hosts, Clock clock, Path bootFolder, FleetServices services)
            throws IOException {
        this.bootFolder = bootFolder;
        this.folders = folders;
        this.hosts = hosts;
        this.clock = clock;
        this.services = services;
        this.httpPort = freePort();
        this.pki = folders.pki();
    }

    /** Starts everything and returns when scheduler and workers answer; {@code ending} learns what to stop. */
    static Fleet start(DemoFolders folders, List<DemoHost> hosts, Clock clock, Path bootFolder, Teardown ending)
            throws IOException, InterruptedException {
        List<HostId> ids = hosts.stream().map(DemoHost::id).toList();
        FleetServices services = FleetServices.start(folders, ids, PASSWORD, ending);
        var fleet = new Fleet(folders, hosts, clock, bootFolder, services);
        ending.add(fleet::stopPrograms);
        fleet.startPrograms();
        return fleet;
    }

    URI api() {
        return URI.create("http://127.0.0.1:" + httpPort);
    }

    String jdbcUrl() {
        return services.postgres().jdbcUrl(FleetServices.DATABASE);
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
        start("scheduler", SCHEDULER_HEAP_MEGABYTES, "scheduler", schedulerKeys());
        for (DemoHost host : hosts) {
            start("worker", WORKER_HEAP_MEGABYTES, host.id().value(), workerKeys(host));
        }
        if (!new Wait(clock, START_LIMIT, Duration.ofMillis(100)).until(this::healthy)) {
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
        children.add(
                ChildProcess.drover(List.of(), log, heapMegabytes, List.of(program, "--config", config.toString())));
    }

    private Map<String, String> schedulerKeys() {
        Map<String, String> keys = services.schedulerKeys("demo", httpPort);
        keys.put("balance.mode", "automatic");
        keys.put("balance.period_s", "2");
        keys.put("balance.samples_n", "5");
        keys.put("balance.samples_k", "3");
        // Its hosts are parts of one VM, whose kernel tells of no host's pressure but its own.
        keys.put("balance.pressure", "0");
        return keys;
    }

    private Map<String, String> workerKeys(DemoHost host) {
        Map<String, String> keys = services.workerKeys(host.id(), host.address(), bootFolder);
        keys.put(
                "peer.pki.folder",
                pki.resolve("hosts").resolve(host.id().value()).toString());
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
        TestPostgres postgres = services.postgres();
        return List.of(
                "export DROVER_SCHEDULER=" + api(),
                "./drover hosts; ./drover vms; ./drover migrations",
                "PGPASSWORD=" + postgres.superuserPassword() + " psql -h 127.0.0.1 -p " + postgres.port() + " -U "
                        + postgres.superuser() + " " + FleetServices.DATABASE
                        + " -c 'select * from drover.migration_transition order by at'",
                "ls " + folders.run(first) + "/*/repair.sock   # QMP: socat - UNIX-CONNECT:<repair.sock>");
    }
}
