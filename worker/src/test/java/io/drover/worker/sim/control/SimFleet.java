package io.drover.worker.sim.control;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.bus.RpcHandler;
import io.drover.messages.time.BackgroundLoop;
import io.drover.schema.memory.MemoryDatabase.Backup;
import io.drover.schema.memory.VmRow;
import io.drover.schema.record.VmRecord;
import io.drover.worker.TaskIntakes;
import io.drover.worker.migration.destination.DestinationPorts;
import io.drover.worker.migration.destination.DestinationSettings;
import io.drover.worker.migration.destination.Destinations;
import io.drover.worker.migration.metrics.MigrationMeters;
import io.drover.worker.migration.source.MemoryEscalation;
import io.drover.worker.migration.source.MigrationLoop;
import io.drover.worker.migration.source.MigrationPolicy;
import io.drover.worker.migration.source.MigrationRunner;
import io.drover.worker.migration.source.SourcePorts;
import io.drover.worker.migration.source.step.AllRecipes;
import io.drover.worker.ownership.VmLocks;
import io.drover.worker.ownership.VmPower;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.sim.host.SimAlgorithms;
import io.drover.worker.sim.host.SimChecks;
import io.drover.worker.sim.host.SimGuest;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimHypervisor;
import io.drover.worker.sim.host.SimImage;
import io.drover.worker.sim.host.SimImages;
import io.drover.worker.sim.host.SimMarks;
import io.drover.worker.sim.host.SimProcess;
import io.drover.worker.sim.host.SimPulledDisks;
import io.drover.worker.sim.host.SimRecords;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Hosts with real workers over simulated ports. The scheduler's own simulation builds on this one. */
public final class SimFleet {
    private static final long DATA_BYTES = 9 * 4096 + 512;
    private static final long SWAP_BYTES = 4 * 4096;
    private static final Duration POLL = Duration.ofMillis(1500);

    private final SimWorld world;
    private final SimNetwork network = new SimNetwork();
    private final SimDatabase database;
    private final SimFaults faults;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Map<HostId, SimHost> hosts = new TreeMap<>();
    private final Map<String, Carrier> carriers = new TreeMap<>();
    private final Map<VmId, SimGuest> guests = new TreeMap<>();
    private final List<SimHost> copies = new ArrayList<>();
    private Feed feed = (host, life, handler) -> {};
    private Parts parts = Parts.WHOLE;

    public SimFleet(SimWorld world, SimFaults faults) {
        this.world = world;
        this.faults = faults;
        this.database = new SimDatabase(world);
    }

    /** Where workers get their messages from. */
    @FunctionalInterface
    public interface Feed {
        /** A life of a host's worker begins to listen. */
        void open(HostId host, BooleanSupplier life, RpcHandler handler);
    }

    /** For workers that start from now on; without one they find their tasks in the database alone. */
    public void feed(Feed from) {
        feed = from;
    }

    /** Of workers that start from now on. */
    public void parts(Parts built) {
        parts = built;
        if (!built.epochs()) {
            database.giveToAnybody();
        }
    }

    public SimWorld world() {
        return world;
    }

    public SimNetwork network() {
        return network;
    }

    public SimDatabase database() {
        return database;
    }

    /** Of the workers of all hosts. */
    public SimpleMeterRegistry meters() {
        return meters;
    }

    public SimFaults faults() {
        return faults;
    }

    public Collection<SimHost> hosts() {
        return hosts.values();
    }

    public SimHost host(HostId id) {
        SimHost host = hosts.get(id);
        if (host == null) {
            throw new IllegalArgumentException("no host " + id);
        }
        return host;
    }

    public SimGuest guest(VmId vm) {
        SimGuest guest = guests.get(vm);
        if (guest == null) {
            throw new IllegalArgumentException("no VM " + vm);
        }
        return guest;
    }

    /** A command to the hypervisor: takes time and may fail. */
    public void mayFail() throws IOException {
        world.step();
        if (world.chance(faults.errors())) {
            throw new InternalError("a fault occurred in an unsafe memory access operation");
        }
        if (world.chance(faults.callFails())) {
            throw new IOException("the hypervisor did not answer");
        }
    }

    /**
     * What becomes of memory that goes into a source's socket.
     *
     * @param there where it comes out
     * @param lives while this does
     */
    public record Carrier(SimProcess there, BooleanSupplier lives) {}

    /** A session carries memory from a source's socket to a destination's from now on. */
    public void carry(String source, String destination, BooleanSupplier lives) {
        processes()
                .filter(process ->
                        process.host().memorySocket(process.definition().id()).equals(destination))
                .findFirst()
                .ifPresent(there -> carriers.put(source, new Carrier(there, lives)));
    }

    public Optional<Carrier> carrier(String source) {
        return Optional.ofNullable(carriers.get(source))
                .filter(carrier -> carrier.lives().getAsBoolean());
    }

    /** A link, a session or a worker ended: what they carried breaks. */
    void connectionsBroke() {
        processes().toList().forEach(SimProcess::connectionBroke);
    }

    private Stream<SimProcess> processes() {
        return hosts.values().stream().flatMap(host -> host.processes.values().stream());
    }

    public SimHost addHost(String name) {
        var host = new SimHost(new HostId(name));
        hosts.put(host.id(), host);
        database.register(host.id());
        return host;
    }

    /** A VM with a data disk of odd size and a swap disk, running. */
    public VmId addVm(String name, int number, SimHost owner) {
        var id = new VmId(new UUID(0, number));
        List<DiskDefinition> disks = new ArrayList<>();
        disks.add(new DiskDefinition(new DiskId("data"), DiskRole.DATA, name + "-data.raw"));
        disks.add(new DiskDefinition(new DiskId("swap"), DiskRole.SWAP, name + "-swap.raw"));
        var definition =
                new VmDefinition(id, name, 1, 64L << 20, "pc-q35-7.2", "qemu64", NetworkCards.plain(0), null, disks);
        var images = new TreeMap<DiskId, SimImage>();
        for (DiskDefinition disk : disks) {
            var image = new SimImage(disk.role() == DiskRole.SWAP ? SWAP_BYTES : DATA_BYTES, null);
            owner.images.put(disk.image(), image);
            images.put(disk.id(), image);
        }
        var guest = new SimGuest(world, definition, images);
        guests.put(id, guest);
        var row = new VmRow(definition, owner.id());
        row.power = VmRecord.Power.RUNNING;
        row.wanted = VmRecord.Power.RUNNING;
        database.vms.put(id, row);
        var process = new SimProcess(this, owner, guest, definition);
        owner.processes.put(id, process);
        process.startCold();
        return id;
    }

    // --- a worker's life ---------------------------------------------------------------------------------------------

    /** Everything that keeps a VM: hosts, and what passes itself off as one. */
    public Stream<SimHost> vms() {
        return Stream.concat(hosts.values().stream(), copies.stream());
    }

    /** Another machine with the name, the credentials and a copy of the disks of a host; its worker is started. */
    public void copy(SimHost host) {
        var copy = new SimHost(host.id());
        copy.marks.putAll(host.marks);
        copy.records.putAll(host.records);
        host.images.forEach((name, image) -> copy.images.put(name, image.copy()));
        copies.add(copy);
        world.note("a copy of %s is started".formatted(host));
        if (parts.fence()) {
            // What the database answers to the second one, before anything else is asked.
            world.count("a second worker of a host is shut out");
        } else {
            startWorker(copy);
        }
    }

    /** Starts a host's worker as the program does. */
    public void startWorker(SimHost host) {
        host.startWorker();
        world.note("%s: worker starts".formatted(host));
        var clock = world.clock();
        var store = parts.store(
                host, SimStores.worker(database, new SimCalls(world, network, faults, host.id()), host.id()));
        var hypervisor = parts.hypervisor(host, new SimHypervisor(this, host));
        var disks = new SimImages(this, host);
        var images = parts.images(host, disks);
        var marks = parts.marks(host, new SimMarks(world, host));
        var checks = new SimChecks(host);
        var turns = new VmLocks();
        var source = new SourcePorts(
                store,
                hypervisor,
                new SimPeers(this, host, parts),
                images,
                marks,
                clock,
                SimAlgorithms.catalog(),
                checks,
                new LinkLimiter(clock, 1_000_000),
                new MigrationMeters(meters));
        var destinations = new Destinations(
                new DestinationPorts(
                        store,
                        hypervisor,
                        images,
                        parts.pulledDisks(host, new SimPulledDisks(world, host, disks)),
                        marks,
                        new SimRecords(world, host),
                        checks,
                        checks.idle(),
                        turns,
                        clock),
                new DestinationSettings(host.id().value(), host.memoryBytes, 0, Set.of()));
        host.serve(destinations);
        var runner = new MigrationRunner(source, policy(), parts.recipes(AllRecipes.all()));
        var life = host.thisLife();
        var loop = new MigrationLoop(store, runner, turns, body -> world.spawn(life, supervised(host, body)), 4);
        var power =
                new VmPower(store, hypervisor, marks, turns, clock, body -> world.spawn(life, supervised(host, body)));
        var migrations = BackgroundLoop.polling("migrations", POLL, clock, loop::look);
        feed.open(host.id(), life, TaskIntakes.over(store, command -> migrations.wake()));
        world.spawn(life, supervised(host, migrations));
        world.spawn(life, supervised(host, BackgroundLoop.polling("arrivals", POLL, clock, destinations::look)));
        world.spawn(life, supervised(host, BackgroundLoop.polling("power", POLL, clock, power::look)));
    }

    /** An Error that nobody handles ends the program, and whoever watches over it starts it again. */
    private Runnable supervised(SimHost host, Runnable loop) {
        return () -> {
            try {
                loop.run();
            } catch (InternalError e) {
                world.count("an Error went through a loop");
                world.note("%s: a loop ended by an Error".formatted(host));
                if (parts.errorsEndTheWorker()) {
                    killWorker(host);
                    world.later(Duration.ofSeconds(1), () -> {
                        if (host.powered() && !host.workerUp()) {
                            startWorker(host);
                        }
                    });
                }
            }
        };
    }

    private static MigrationPolicy policy() {
        return new MigrationPolicy(
                Duration.ofMillis(300),
                Duration.ofSeconds(30),
                5,
                Duration.ofSeconds(9),
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(4),
                Duration.ofSeconds(8),
                Duration.ofMillis(250),
                40,
                MemoryEscalation.ALL,
                Duration.ofMillis(20));
    }

    public void killWorker(SimHost host) {
        world.note("%s: worker dies".formatted(host));
        host.killWorker();
        connectionsBroke();
    }

    public void cutPower(SimHost host) {
        world.note("%s: power cut".formatted(host));
        host.cutPower(world);
        guests.forEach((vm, guest) -> {
            if (database.vm(vm).definition.disks().stream().anyMatch(disk -> host.images.containsKey(disk.image()))) {
                guest.powerLost(host);
            }
        });
        for (SimHost other : hosts.values()) {
            if (other != host) {
                // Nobody answers any more: every connection is broken.
                network.cut(host.id(), other.id());
                network.mend(host.id(), other.id());
            }
        }
        connectionsBroke();
    }

    /** The database is restored from a backup: every connection with it is new. */
    public void setBack(Backup backup) {
        network.databaseRestored();
        database.setBack(backup);
    }

    public void cutLink(SimHost one, SimHost other) {
        world.note("link %s-%s is cut".formatted(one, other));
        network.cut(one.id(), other.id());
        connectionsBroke();
    }

    public void mendLink(SimHost one, SimHost other) {
        world.note("link %s-%s is back".formatted(one, other));
        network.mend(one.id(), other.id());
    }
}
