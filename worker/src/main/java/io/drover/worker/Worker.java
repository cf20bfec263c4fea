package io.drover.worker;

import io.drover.messages.HostPort;
import io.drover.messages.HostReport.HostCapacity;
import io.drover.messages.amqp.BrokerSupervisor;
import io.drover.messages.amqp.RpcServer;
import io.drover.messages.amqp.TelemetryPublisher;
import io.drover.messages.bus.Routing;
import io.drover.messages.command.WorkerCommand;
import io.drover.messages.config.UnfitHostException;
import io.drover.messages.http.HttpServer;
import io.drover.messages.http.MonitoringServer;
import io.drover.messages.metrics.ProgramMeters;
import io.drover.messages.metrics.QueueMeters;
import io.drover.messages.oslo.RpcApi;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.BackgroundLoop;
import io.drover.messages.time.Backoff;
import io.drover.messages.time.Clock;
import io.drover.messages.tls.PkiFiles;
import io.drover.schema.Database;
import io.drover.schema.FencedException;
import io.drover.schema.worker.PostgresWorkerStore;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.WorkerConfig.Capacity;
import io.drover.worker.WorkerConfig.Folders;
import io.drover.worker.check.FrozenDigests;
import io.drover.worker.check.ReadBackChecks;
import io.drover.worker.check.SealedImageChecks;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.HypervisorDriver;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.local.LocalImageStore;
import io.drover.worker.migration.destination.DestinationPorts;
import io.drover.worker.migration.destination.DestinationSettings;
import io.drover.worker.migration.destination.Destinations;
import io.drover.worker.migration.destination.PulledDisks;
import io.drover.worker.migration.destination.files.FileDestinationRecords;
import io.drover.worker.migration.metrics.MigrationMeters;
import io.drover.worker.migration.source.MigrationLoop;
import io.drover.worker.migration.source.MigrationRunner;
import io.drover.worker.migration.source.SourcePorts;
import io.drover.worker.migration.source.step.AllRecipes;
import io.drover.worker.ownership.OwnershipMarks;
import io.drover.worker.ownership.VmLocks;
import io.drover.worker.ownership.VmPower;
import io.drover.worker.ownership.files.FileOwnershipMarks;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.client.TcpPeers;
import io.drover.worker.peer.server.PeerServer;
import io.drover.worker.pki.Encryption;
import io.drover.worker.pki.HostCertificates;
import io.drover.worker.pull.LocalPulledDisks;
import io.drover.worker.replication.algorithm.ReplicationAlgorithms;
import io.drover.worker.shutdown.HostShutdown;
import io.drover.worker.shutdown.SystemState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker of one host: everything wired by hand, started and closed in order. VMs outlive it.
 *
 * <p>Three loops look at the database again and again: migrations off this host, migrations to it, and the power of its
 * VMs. Messages only wake them, so a worker without a broker is slow to notice and otherwise whole.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
    private static final Duration ANNOUNCE_EVERY = Duration.ofSeconds(5);
    private static final Duration SWEEP_EVERY = Duration.ofHours(1);
    /** Longer than anybody waits before a migration is tried again. */
    private static final Duration BASES_UNUSED = Duration.ofDays(1);

    private static final Duration UPKEEP_EVERY = Duration.ofSeconds(2);
    private static final Duration EXPIRY_WARNING = Duration.ofDays(30);
    private static final int PREFETCH = 8;
    private static final Duration DRAIN_POLL = Duration.ofMillis(50);

    private final WorkerConfig config;
    private final Clock clock;
    private final RandomGenerator random;
    private final FatalFailure ending;
    private final CloseStack open = new CloseStack();
    private final List<BackgroundLoop> started = new CopyOnWriteArrayList<>();
    /** What has to be asked before the worker ends; null until it works. */
    private @Nullable Working working;

    private final ProgramMeters meters = open.push(new ProgramMeters("worker"));
    private final WorkerMeters told = new WorkerMeters(meters.registry());
    private final WorkerHealth health;

    private @Nullable HttpServer monitoring;

    /** Another worker speaks for this host: whatever this one still does is refused. */
    private volatile boolean fenced;

    /** Null before anything is asked of it. */
    private volatile @Nullable BrokerSupervisor broker;

    /** What every part of a host shares. */
    private record Host(
            WorkerStore store,
            Hypervisor hypervisor,
            ImageStore images,
            PulledDisks pulledDisks,
            OwnershipMarks marks,
            VmLocks turns,
            Encryption encryption) {}

    /** Both ends of the switchovers of this host, which must not be broken off, and its guests, if the host ends too. */
    private record Working(MigrationLoop leaving, Destinations arriving, PeerServer server, HostShutdown shutdown) {
        /** Lets no other one begin, and waits for those under way; whether they are over within the limit. */
        boolean drain(Clock clock, Duration limit) throws IOException, InterruptedException {
            leaving.hold();
            arriving.hold();
            Duration end = clock.elapsed().plus(limit);
            boolean arrived = server.drain(limit);
            Duration left = end.minus(clock.elapsed());
            return clock.await(leaving::noSwitchover, left.isNegative() ? Duration.ZERO : left, DRAIN_POLL) && arrived;
        }
    }

    /** The loops that messages wake. */
    private record Loops(
            MigrationLoop leaving,
            BackgroundLoop migrations,
            BackgroundLoop power,
            VmPower switches,
            BackgroundLoop limits) {
        void wake(WorkerCommand command) {
            switch (command) {
                case WorkerCommand.Migrate _, WorkerCommand.Cancel _ -> migrations.wake();
                case WorkerCommand.StartVm start -> {
                    switches.asked(start.vm());
                    power.wake();
                }
                case WorkerCommand.StopVm _ -> power.wake();
                case WorkerCommand.ApplyLinkLimit _ -> limits.wake();
            }
        }
    }

    private Worker(WorkerConfig config, Clock clock, RandomGenerator random, FatalFailure ending) {
        this.config = config;
        this.clock = clock;
        this.health = new WorkerHealth(clock, this::hanging, this::brokerTrouble);
        this.random = random;
        this.ending = ending;
    }

    /**
     * Starts a worker; returns when it works. Waits for PostgreSQL as long as it takes, and does not wait for RabbitMQ.
     *
     * @param random safe for several threads
     * @param ending hears when the worker must end because another one speaks for its host
     * @throws FencedException another worker speaks for this host
     * @throws UnfitHostException a folder, a right or a certificate is not as it must be: a person must change it
     * @throws IOException it cannot run here for now: another worker runs, a port is in use, QEMU cannot run, or
     *     PostgreSQL answers and refuses this host's role
     */
    public static Worker start(WorkerConfig config, Clock clock, RandomGenerator random, FatalFailure ending)
            throws IOException, InterruptedException {
        var worker = new Worker(config, clock, random, ending);
        try {
            worker.open();
            return worker;
        } catch (IOException | InterruptedException | RuntimeException e) {
            // Without a word: what is said next is why it has not started.
            worker.open.close();
            throw e;
        }
    }

    /** The loop that hangs, if one does: a worker without one of its loops looks healthy and is not. */
    public Optional<String> hanging() {
        return started.stream()
                .filter(BackgroundLoop::hangs)
                .map(BackgroundLoop::name)
                .findFirst();
    }

    /** Where {@code /health} and {@code /metrics} are served; empty where the configuration wants none. */
    public Optional<InetSocketAddress> monitoringAddress() {
        return Optional.ofNullable(monitoring).map(HttpServer::address);
    }

    /**
     * Ends what runs in this process; VMs run on and migrations are taken up by the next worker. Only a switchover that is
     * under way is waited for ({@code migration.shutdown_patience_s}): a transfer of memory does not outlive the worker. When
     * the host goes down, its VMs are moved away or powered off first, as configured ({@code shutdown.vms}).
     */
    @Override
    public void close() {
        Working works = working;
        if (works != null && !fenced) {
            leave(works);
        }
        open.close();
        LOG.info("the worker of {} has stopped", config.host());
    }

    private void leave(Working works) {
        Duration patience = config.migration().shutdownPatience();
        try {
            works.shutdown().begin();
            if (!works.drain(clock, patience)) {
                LOG.warn("a switchover is not over after {} s: it is broken off, and turns back", patience.toSeconds());
            }
        } catch (IOException e) {
            LOG.warn("closing the peers' port: {}", FileProblem.told(e));
        } catch (InterruptedException e) {
            // Whoever interrupts again is in a hurry.
            Thread.currentThread().interrupt();
        }
    }

    private void end(Throwable cause) {
        fenced = true;
        ending.because(cause);
    }

    private void open() throws IOException, InterruptedException {
        Folders folders = config.folders();
        open.push(StateLock.take(folders.state()));
        HostFolders checked = HostFolders.prepare(folders);
        Encryption encryption = encryption();
        monitor(encryption);
        HypervisorDriver.Parts driver = driver(encryption);
        HypervisorFacts facts = driver.hypervisor().facts();
        LOG.info("{} runs guests by {}", facts.version(), facts.accelerator());
        WorkerStore store = session(folders.state());
        var images = new LocalImageStore(folders.images(), driver.imageLocks(), driver.qcow2(), checked::requireImages);
        start(BackgroundLoop.periodic(
                "removing bases that never came whole",
                SWEEP_EVERY,
                clock,
                () -> images.removeUnusedBases(BASES_UNUSED)));
        start(BackgroundLoop.periodic("upkeep of the hypervisor", UPKEEP_EVERY, clock, driver.upkeep()::run));
        OwnershipMarks marks = new FileOwnershipMarks(folders.state().resolve(HostFolders.MARKS));
        open(new Host(
                store, driver.hypervisor(), images, new LocalPulledDisks(images), marks, new VmLocks(), encryption));
    }

    /** From here on this worker says how it is. */
    private void monitor(Encryption encryption) throws IOException {
        if (encryption instanceof Encryption.Tls) {
            meters.certificates(new PkiFiles(config.peer().pki()));
        }
        monitoring = MonitoringServer.start(config.monitoring(), health, meters::scrape)
                .orElse(null);
        if (monitoring != null) {
            open.push(monitoring);
        }
    }

    /** From here on the database takes this worker, and no other, for this host's. */
    private WorkerStore session(Path state) throws IOException, InterruptedException {
        Database database = open.push(Database.open(config.database(), UUID.randomUUID()));
        var store = new PostgresWorkerStore(database, config.host(), this::end);
        var identity = HostIdentity.read(Path.of("/"), state, config.peer().hostAndPort());
        new SessionStart(store, clock, identity).await();
        health.admitted(store);
        return store;
    }

    private void open(Host host) throws IOException {
        var shutdown = new HostShutdown(config.shutdown(), new SystemState(), host.store(), host.hypervisor(), clock);
        // The last of what follows to end: guests are powered off when nobody else is at them.
        open.push(shutdown::end);
        Destinations destinations = open.push(destinations(host));
        PeerServer server = open.push(PeerServer.start(
                config.peer().hostAndPort(), PeerServer.Settings.defaults(host.encryption()), destinations, clock));
        String peerAddress =
                new HostPort(config.peer().address(), server.address().getPort()).toString();
        KnownVms vms = announce(host, peerAddress);
        loop("arrivals", destinations::look);
        Loops loops = loops(host);
        working = new Working(loops.leaving(), destinations, server, shutdown);
        talk(host, vms, loops);
        health.ready();
        LOG.info("the worker of {} is ready, peers reach it at {}", config.host(), peerAddress);
    }

    private Encryption encryption() throws IOException {
        return switch (config.peer().encryption()) {
            case OFF -> Encryption.off();
            case OFF_INSECURE -> {
                LOG.warn("peer.encryption = off-insecure: whoever sees the network sees VMs' disks and memory");
                yield new Encryption.Off(true);
            }
            case TLS -> new Encryption.Tls(certificates());
        };
    }

    private HostCertificates certificates() throws IOException {
        HostCertificates certificates = readCertificates();
        if (certificates.expires().isBefore(clock.now().plus(EXPIRY_WARNING))) {
            LOG.warn("the certificate of {} expires at {}", config.host(), certificates.expires());
        } else {
            LOG.info("the certificate of {} is good until {}", config.host(), certificates.expires());
        }
        return certificates;
    }

    private HostCertificates readCertificates() throws UnfitHostException {
        try {
            return HostCertificates.read(config.peer().pki(), config.host(), clock.now());
        } catch (IOException e) {
            throw new UnfitHostException("peer.pki.folder: " + FileProblem.told(e), e);
        }
    }

    private Destinations destinations(Host host) throws IOException {
        Path records = config.folders().state().resolve(HostFolders.ARRIVALS);
        var ports = new DestinationPorts(
                host.store(),
                host.hypervisor(),
                host.images(),
                host.pulledDisks(),
                host.marks(),
                new FileDestinationRecords(records),
                new ReadBackChecks(host.hypervisor(), host.images(), clock),
                new SealedImageChecks(host.images()),
                host.turns(),
                clock);
        Capacity capacity = config.capacity();
        return new Destinations(
                ports,
                new DestinationSettings(
                        config.peer().address(),
                        capacity.memoryBytes(),
                        capacity.imagesReserveBytes(),
                        host.hypervisor().nativeAlgorithms()));
    }

    private KnownVms announce(Host host, String peerAddress) throws IOException {
        var vms = new KnownVms();
        var presence = new HostPresence(config, peerAddress, this::brokerTrouble, host.store(), host.images(), vms);
        String version = host.hypervisor().facts().version();
        // Once before anything else: other hosts and the scheduler must know where this one is.
        presence.announce(version);
        meters.needs(presence::trouble, this::brokerTrouble, this::hanging);
        start(BackgroundLoop.periodic("announcing the host", ANNOUNCE_EVERY, clock, () -> presence.announce(version)));
        return vms;
    }

    private Loops loops(Host host) {
        var link = new LinkLimiter(clock, config.capacity().linkBytesPerSecond());
        var limit = new LinkLimit(host.store(), link, config.capacity().linkBytesPerSecond());
        // Before the first migration: a limit set earlier still stands.
        limit.look();
        var runner =
                new MigrationRunner(sourcePorts(host, link), config.migration().policy(), AllRecipes.all());
        var threads = open.push(new MigrationThreads());
        var migrations = new MigrationLoop(
                host.store(), runner, host.turns(), threads, config.migration().parallel());
        told.link(link);
        told.migrations(migrations);
        var power = new VmPower(host.store(), host.hypervisor(), host.marks(), host.turns(), clock, threads);
        return new Loops(
                migrations,
                loop("migrations", migrations::look),
                loop("power", power::look),
                power,
                loop("link limit", limit::look));
    }

    private SourcePorts sourcePorts(Host host, LinkLimiter limiter) {
        var peers =
                new TcpPeers(config.peer().dataConnections(), PeerTimes.defaults(), limiter, host.encryption(), clock);
        return new SourcePorts(
                host.store(),
                host.hypervisor(),
                peers,
                host.images(),
                host.marks(),
                clock,
                ReplicationAlgorithms.catalog(),
                new FrozenDigests(),
                limiter,
                new MigrationMeters(meters.registry()));
    }

    /** Task intake and telemetry, on one connection. */
    private void talk(Host host, KnownVms vms, Loops loops) throws IOException {
        var intake = new TaskIntake(host.store(), loops::wake);
        var backoff = Backoff.standard(random);
        var server = new RpcServer(RpcApi.WORKER, config.rights(), config.host().value(), PREFETCH, backoff, intake);
        if (!config.rights().checked()) {
            LOG.warn("rabbit.senders = unchecked-insecure: whoever may publish on the bus commands this host");
        }
        var telemetry = new TelemetryPublisher();
        BrokerSupervisor talking = open.push(new BrokerSupervisor(
                        config.broker(), "drover-worker " + config.host(), backoff, List.of(server, telemetry))
                .start());
        broker = talking;
        var queues = new QueueMeters(meters.registry(), List.of(Routing.worker(config.host())), talking::waiting);
        start(BackgroundLoop.periodic(
                "reading what metrics tell", config.monitoring().period(), clock, queues::look));
        var sampler = new LoadSampler(
                config.host(),
                hostCapacity(),
                host.hypervisor(),
                host.images(),
                new ProcessorWaits(Path.of("/proc")),
                clock);
        var reporter = new LoadReporter(sampler, vms, telemetry::publish);
        told.reports(reporter::latest);
        start(BackgroundLoop.periodic("telemetry", config.telemetryPeriod(), clock, reporter::report));
    }

    private Optional<String> brokerTrouble() {
        BrokerSupervisor talking = broker;
        return talking == null ? Optional.empty() : talking.trouble();
    }

    private HostCapacity hostCapacity() throws IOException {
        Capacity capacity = config.capacity();
        long imagesBytes = HostPresence.imagesBytes(config.folders().images());
        return new HostCapacity(
                capacity.cpuCores(), capacity.memoryBytes(), imagesBytes, capacity.linkBytesPerSecond());
    }

    private BackgroundLoop loop(String name, BackgroundLoop.Look look) {
        return start(BackgroundLoop.polling(name, LOOK_EVERY, clock, look));
    }

    private BackgroundLoop start(BackgroundLoop loop) {
        started.add(loop);
        return open.push(loop.start());
    }

    private HypervisorDriver.Parts driver(Encryption encryption) throws IOException {
        Folders folders = config.folders();
        var site = new HypervisorDriver.Site(
                folders.run(),
                folders.images(),
                folders.boot(),
                encryption,
                config.migration().mirrorWindowBytes());
        return config.hypervisor().open(site, clock);
    }
}
