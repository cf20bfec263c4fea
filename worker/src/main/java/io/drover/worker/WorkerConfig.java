package io.drover.worker;

import io.drover.messages.HostId;
import io.drover.messages.HostPort;
import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.bus.BusRights;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.http.MonitoringSettings;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.DatabaseUrl;
import io.drover.worker.hypervisor.HypervisorDriver;
import io.drover.worker.hypervisor.drivers.Hypervisors;
import io.drover.worker.migration.source.MemoryEscalation;
import io.drover.worker.migration.source.MigrationPolicy;
import io.drover.worker.shutdown.HostShutdown;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that can be set for a worker; docs/operating/configuration.md explains each key.
 *
 * @param host this host's name, as in queue names and database roles
 * @param hypervisor the driver that was chosen, with its own keys
 */
public record WorkerConfig(
        HostId host,
        Peer peer,
        Folders folders,
        DatabaseSettings database,
        BrokerConfig broker,
        BusRights rights,
        Capacity capacity,
        HypervisorDriver.Configured hypervisor,
        Migration migration,
        HostShutdown.Settings shutdown,
        Duration telemetryPeriod,
        MonitoringSettings monitoring) {
    /** Every host of a fleet holds as many on one server. */
    private static final int DATABASE_CONNECTIONS = 2;

    /**
     * Where other hosts' workers reach this one, and its streams of memory.
     *
     * @param port 0 for any free one
     * @param dataConnections beside the one for control, in each session that this worker opens
     * @param encryption of connections and of what QEMU sends by itself
     * @param pki the folder with this host's certificate; read only where it is needed
     */
    public record Peer(String address, int port, int dataConnections, Encrypt encryption, Path pki) {
        public String hostAndPort() {
            return new HostPort(address, port).toString();
        }
    }

    /** What {@code peer.encryption} may say: {@code tls}, {@code off}, {@code off-insecure}. */
    public enum Encrypt {
        TLS,
        /** Loopback addresses only. */
        OFF,
        /** Laboratories whose network is their own. */
        OFF_INSECURE;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Encrypt of(String word) {
            return Arrays.stream(values())
                    .filter(value -> value.word().equals(word))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /**
     * Where things lie.
     *
     * @param state marks of ownership, of what may not be forgotten; one worker a folder
     * @param images the disks' images; the file system migrations need room on
     * @param run sockets, pids and logs of the VMs
     * @param boot kernels and initial ram disks for VMs that boot directly; null: no VM does here
     */
    public record Folders(
            Path state, Path images, Path run, @Nullable Path boot) {
        /** Of a host that boots no kernel directly. */
        public Folders(Path state, Path images, Path run) {
            this(state, images, run, null);
        }
    }

    /**
     * What may be used of the host.
     *
     * @param imagesReserveBytes what must stay free in the images' file system
     */
    public record Capacity(double cpuCores, long memoryBytes, long linkBytesPerSecond, long imagesReserveBytes) {}

    /**
     * How to migrate.
     *
     * @param parallel migrations off this host at once
     * @param mirrorWindowBytes of a guest's writes under {@code mirror} that may be ahead of the destination
     * @param shutdownPatience how long a worker that is asked to end waits for the switchovers that are under way
     */
    public record Migration(MigrationPolicy policy, int parallel, long mirrorWindowBytes, Duration shutdownPatience) {}

    /** The longest that a worker may take to end, when everything is waited for. */
    public Duration longestEnd() {
        return migration.shutdownPatience().plus(shutdown.longest());
    }

    /** Reads every key and refuses unknown ones; the exception names the key. */
    public static WorkerConfig read(Settings settings, HostResources resources) throws ConfigException {
        Capacity capacity = capacity(settings, resources);
        Folders folders = folders(settings);
        Peer peer = peer(settings);
        var config = new WorkerConfig(
                host(settings),
                peer,
                folders,
                DatabaseSettings.of(
                        DatabaseUrl.read(settings),
                        settings.text("database.user"),
                        settings.secret("database.password"),
                        DATABASE_CONNECTIONS),
                BrokerConfig.read(settings),
                BusRights.read(settings),
                capacity,
                Hypervisors.chosen(settings).read(settings, folders.run()),
                migration(settings),
                shutdown(settings),
                // A scheduler wants four samples of six before it moves anything: half a minute, at one QMP question
                // each.
                settings.seconds("telemetry.period_s", 5, 0.1, 300),
                MonitoringSettings.read(settings, new MonitoringSettings.Usual("127.0.0.1", 7102, peer.pki())));
        settings.refuseUnknown();
        return config;
    }

    private static HostId host(Settings settings) throws ConfigException {
        try {
            return new HostId(settings.text("host"));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("host: " + e.getMessage());
        }
    }

    private static Peer peer(Settings settings) throws ConfigException {
        String address = settings.text("peer.address", "127.0.0.1");
        Encrypt encryption =
                Encrypt.of(settings.choice("peer.encryption", "tls", Set.of("tls", "off", "off-insecure")));
        if (encryption == Encrypt.OFF && !isLoopback(address)) {
            throw new ConfigException("peer.address: '" + address
                    + "' is not a loopback address; nothing else is allowed with peer.encryption = off");
        }
        return new Peer(
                address,
                (int) settings.whole("peer.port", 7101, 0, 65_535),
                // Two: one may wait for its acknowledgement while the other sends.
                (int) settings.whole("peer.data_connections", 2, 1, 8),
                encryption,
                settings.path("peer.pki.folder", settings.path("state.folder").resolve("pki")));
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static Folders folders(Settings settings) throws ConfigException {
        Path state = settings.path("state.folder");
        @Nullable Path boot = settings.text("boot.folder", "none").equals("none") ? null : settings.path("boot.folder");
        Path run = settings.path("run.folder", state.resolve("run"));
        return new Folders(state, settings.path("images.folder"), run, boot);
    }

    private static Capacity capacity(Settings settings, HostResources resources) throws ConfigException {
        return new Capacity(
                settings.real("capacity.cpu_cores", resources.cpuCores(), 0.01, 4096),
                settings.whole("capacity.memory_bytes", resources.memoryBytes(), 1L << 20, 1L << 50),
                // 1 Gbit/s, the slowest link between servers worth migrating over.
                settings.whole("link.bytes_per_second", 125_000_000, 1 << 16, 1L << 40),
                // Sparse images of the VMs here grow too.
                settings.whole("images.reserve_bytes", 1 << 30, 0, 1L << 50));
    }

    private static HostShutdown.Settings shutdown(Settings settings) throws ConfigException {
        return new HostShutdown.Settings(
                HostShutdown.Policy.of(settings.choice("shutdown.vms", "poweroff", HostShutdown.Policy.words())),
                // systemd gives up on a shutdown after half an hour (shutdown.target's JobTimeoutSec).
                settings.seconds("shutdown.drain_patience_s", 600, 0, 1200),
                // As long as libvirt-guests and most guests' own service managers take at the most.
                settings.seconds("shutdown.poweroff_patience_s", 120, 0, 600));
    }

    private static List<MemoryEscalation> memoryLadder(Settings settings) throws ConfigException {
        String all =
                MemoryEscalation.ALL.stream().map(MemoryEscalation::wireName).collect(Collectors.joining(","));
        var rungs = new ArrayList<MemoryEscalation>();
        for (String name : settings.text("migration.memory_ladder", all).split(",", -1)) {
            rungs.add(MemoryEscalation.ALL.stream()
                    .filter(rung -> rung.wireName().equals(name.strip()))
                    .findFirst()
                    .orElseThrow(() -> new ConfigException(
                            "migration.memory_ladder: '" + name.strip() + "' is unknown; known are " + all)));
        }
        return rungs;
    }

    private static Migration migration(Settings settings) throws ConfigException {
        // Below what most clients notice, above what memory's last pages need over 1 Gbit/s.
        Duration downtime = settings.millis("migration.downtime_ms", 300, 1, 600_000);
        Duration longestPause = settings.seconds("migration.longest_pause_s", 60, 0.001, 3600);
        if (longestPause.compareTo(downtime) < 0) {
            throw new ConfigException("migration.longest_pause_s: shorter than migration.downtime_ms");
        }
        var policy = new MigrationPolicy(
                downtime,
                longestPause,
                (int) settings.whole("migration.rounds", 30, 1, 10_000),
                // Long enough for a slow database, short enough that a lost worker is seen within a minute.
                settings.seconds("migration.lease_s", 30, 1, 3600),
                settings.seconds("migration.database_patience_s", 30, 1, 3600),
                // Longer than a host takes to boot; what has arrived is worth the wait.
                settings.seconds("migration.link_patience_s", 600, 0, 604_800),
                settings.seconds("migration.memory_patience_s", 20, 1, 3600),
                settings.seconds("migration.switchover_s", 60, 1, 3600),
                settings.seconds("migration.retry_pause_s", 0.25, 0.01, 60),
                (int) settings.whole("migration.retries", 240, 1, 100_000),
                memoryLadder(settings),
                // A local disk answers well below; above it guests feel it.
                settings.millis("migration.guest_latency_ms", 20, 0, 60_000));
        // They share the link: two keep it busy while one of them switches over.
        return new Migration(
                policy,
                (int) settings.whole("migration.parallel", 2, 1, 64),
                settings.whole("migration.mirror_window_bytes", HypervisorDriver.Site.MIRROR_WINDOW_BYTES, 0, 1L << 30),
                settings.seconds("migration.shutdown_patience_s", 60, 0, 3600));
    }
}
