package io.drover.worker;

import static io.drover.messages.MigrationState.COMPLETED;
import static io.drover.messages.MigrationState.FINISHING;
import static io.drover.messages.MigrationState.PREPARING;
import static io.drover.messages.MigrationState.PULLING;
import static io.drover.messages.MigrationState.REPLICATING;
import static io.drover.messages.MigrationState.ROLLED_BACK;
import static io.drover.messages.MigrationState.SWITCHING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.ReplicatedDisks;
import io.drover.messages.evidence.ReplicatedDisks.ReplicatedDisk;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.testbed.evidence.ConsoleRecorder;
import io.drover.testbed.evidence.HeartbeatEvidence;
import io.drover.testbed.evidence.HeartbeatLimits;
import io.drover.testbed.evidence.HeartbeatVerdict;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.ImageCheck;
import io.drover.testbed.guest.Manifest;
import io.drover.testbed.guest.WitnessLoad;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Workers as processes of their own are killed with SIGKILL, frozen or restarted at seeded moments while they move a real
 * guest that writes without pause; the guest runs once at any time, and nothing it wrote is lost. {@code -Dfaults.rounds=N}
 * strikes with every fault N times, {@code -Dfaults.seed=N} at the moments of that seed; without them a few faults
 * once. {@code -Dfaults.blow=restart} takes those faults alone.
 */
final class FaultsIT {
    private static final Logger LOG = LoggerFactory.getLogger(FaultsIT.class);
    private static final List<HostId> HOSTS = List.of(new HostId("host1"), new HostId("host2"));
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final long MIB = 1 << 20;

    /** The bulk takes some seconds. */
    private static final Map<String, String> SETTINGS = Map.of("link.bytes_per_second", "20000000");

    /** Over the silence after which a peer is given up, so that the other side starts anew and meets the old one. */
    private static final Duration FROZEN = Duration.ofSeconds(20);

    /** A guest that pulls stands still while a worker is away; that is what it promises. */
    private static final HeartbeatLimits LIMITS =
            new HeartbeatLimits(1, Duration.ofMinutes(2).toNanos());

    private static final VmId VM = new VmId(UUID.fromString("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9a07"));
    private static final GuestSize SIZE = GuestSize.SMALL;

    private final List<ConsoleRecorder> recorders = new ArrayList<>();
    private int handovers;

    private enum Side {
        SOURCE,
        DESTINATION
    }

    private enum Blow {
        KILL,
        FREEZE,
        /** As a service manager does it: nothing is to be lost by it. */
        RESTART
    }

    /**
     * What goes wrong.
     *
     * @param when the state that the moment is counted from
     * @param withinMillis the seeded moment lies in these
     */
    private record Fault(String algorithm, MigrationState when, int withinMillis, Side side, Blow blow) {}

    private static final Fault BULK_SOURCE = new Fault("pre-copy", REPLICATING, 3000, Side.SOURCE, Blow.KILL);
    private static final Fault BULK_DESTINATION = new Fault("pre-copy", REPLICATING, 3000, Side.DESTINATION, Blow.KILL);
    private static final Fault PULLING_SOURCE = new Fault("post-copy", PULLING, 1500, Side.SOURCE, Blow.KILL);
    private static final Fault SWITCHING_SOURCE = new Fault("pre-copy", SWITCHING, 500, Side.SOURCE, Blow.RESTART);
    private static final Fault SWITCHING_DESTINATION =
            new Fault("pre-copy", SWITCHING, 500, Side.DESTINATION, Blow.RESTART);
    /** The tests' part: a kill in any state is what the simulation does most. */
    private static final List<Fault> SLICE = List.of(SWITCHING_DESTINATION);

    private static final List<Fault> ALL = List.of(
            BULK_SOURCE,
            BULK_DESTINATION,
            new Fault("pre-copy", REPLICATING, 3000, Side.DESTINATION, Blow.FREEZE),
            new Fault("pre-copy", SWITCHING, 500, Side.SOURCE, Blow.KILL),
            new Fault("pre-copy", SWITCHING, 500, Side.DESTINATION, Blow.KILL),
            PULLING_SOURCE,
            new Fault("post-copy", PULLING, 1500, Side.DESTINATION, Blow.KILL),
            new Fault("post-copy", PULLING, 1500, Side.SOURCE, Blow.FREEZE),
            new Fault("pre-copy", PREPARING, 300, Side.SOURCE, Blow.RESTART),
            new Fault("pre-copy", PREPARING, 300, Side.DESTINATION, Blow.RESTART),
            new Fault("pre-copy", REPLICATING, 3000, Side.SOURCE, Blow.RESTART),
            new Fault("pre-copy", REPLICATING, 3000, Side.DESTINATION, Blow.RESTART),
            SWITCHING_SOURCE,
            SWITCHING_DESTINATION,
            new Fault("post-copy", PULLING, 1500, Side.SOURCE, Blow.RESTART),
            new Fault("post-copy", PULLING, 1500, Side.DESTINATION, Blow.RESTART),
            new Fault("pre-copy", FINISHING, 300, Side.SOURCE, Blow.RESTART),
            new Fault("pre-copy", FINISHING, 300, Side.DESTINATION, Blow.RESTART));

    @Test
    void aGuestOutlivesItsWorkers(@TempDir Path scratch) throws Exception {
        long seed = Long.getLong("faults.seed", 1);
        var random = new Random(seed);
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition vm = guests.define(VM, "web7", SIZE, WitnessLoad.SMALL);
        try (var fleet = new Fleet(SETTINGS)) {
            startWorkers(fleet);
            Manifest manifest = guests.createImages(vm, SIZE, fleet.images(HOSTS.getFirst()));
            boot(fleet, vm);
            for (Fault fault : faults()) {
                LOG.info("seed {}: {}", seed, fault);
                strike(fleet, fault, random);
            }
            assertOneRunnerThroughout();
            assertNothingLeftBehind(fleet, vm);
            assertDiskIsWhole(fleet, vm, manifest, scratch);
        } finally {
            recorders.forEach(ConsoleRecorder::close);
        }
    }

    private static List<Fault> faults() {
        int rounds = Integer.getInteger("faults.rounds", 0);
        return rounds == 0
                ? SLICE
                : Stream.generate(() -> ALL)
                        .limit(rounds)
                        .flatMap(List::stream)
                        .filter(fault -> wanted(fault.blow()))
                        .toList();
    }

    private static boolean wanted(Blow blow) {
        String only = System.getProperty("faults.blow", "");
        return only.isEmpty() || only.equalsIgnoreCase(blow.name());
    }

    private static void startWorkers(Fleet fleet) throws Exception {
        for (HostId host : HOSTS) {
            fleet.prepare(host);
            fleet.startProcess(host, address(host));
        }
        await().atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> fleet.store().hosts().size() == HOSTS.size());
    }

    private static String address(HostId host) {
        return "127.0.0.7" + (1 + HOSTS.indexOf(host));
    }

    private void boot(Fleet fleet, VmDefinition vm) throws Exception {
        record(fleet, HOSTS.getFirst());
        fleet.defineAndStart(vm, HOSTS.getFirst());
        assertThat(fleet.awaitPower(VM, Power.RUNNING, LIMIT)).isTrue();
        assertThat(recorders.getFirst().awaitHeartbeat(100, LIMIT)).isTrue();
    }

    private void record(Fleet fleet, HostId host) {
        recorders.add(
                ConsoleRecorder.start(host + " (" + recorders.size() + ")", fleet.console(host, VM), fleet.clock()));
    }

    private void strike(Fleet fleet, Fault fault, Random random) throws Exception {
        HostId source = owner(fleet);
        HostId destination = HOSTS.get(1 - HOSTS.indexOf(source));
        HostId victim = fault.side() == Side.SOURCE ? source : destination;
        // One that was killed may not be back yet, and a task for a host that does not answer is rejected.
        await().atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> fleet.store().hosts().stream().allMatch(FaultsIT::answers));
        record(fleet, destination);
        MigrationId id = fleet.submit(VM, source, destination, fault.algorithm());
        await().atMost(LIMIT).pollInterval(POLL).until(() -> reached(fleet.detail(id), fault.when()));
        fleet.clock().sleep(Duration.ofMillis(random.nextInt(fault.withinMillis())));
        MigrationState hit = fleet.detail(id).migration().state();
        hit(fleet, victim, fault.blow());
        MigrationDetail end = awaitEnd(fleet, id);
        LOG.info(
                "{} {} in {}: {} in attempt {}",
                fault.blow(),
                victim,
                hit,
                end.migration().state(),
                attempt(end));
        assertThat(end.migration().state())
                .as(
                        "%s struck in %s: %s%n%s",
                        fault, hit, end, fleet.process(victim).log())
                .isIn(
                        fault.when() == SWITCHING && fault.blow() != Blow.RESTART
                                ? List.of(COMPLETED, ROLLED_BACK)
                                : List.of(COMPLETED));
        assertCopied(fault, hit, end);
        goOn(end);
    }

    private static boolean answers(HostRow host) {
        String[] address = host.peerAddress().split(":", -1);
        try (var _ = SocketChannel.open(new InetSocketAddress(address[0], Integer.parseInt(address[1])))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Progress is told every second or so: bytes have been sent. */
    private static boolean reached(MigrationDetail detail, MigrationState state) {
        MigrationState now = detail.migration().state();
        return now.compareTo(state) > 0
                || (now == state && (now != REPLICATING || detail.migration().bytesDone() > 4 * MIB));
    }

    private static HostId owner(Fleet fleet) {
        return fleet.store().vm(VM).orElseThrow().owner();
    }

    private static void hit(Fleet fleet, HostId victim, Blow blow) throws Exception {
        WorkerProcess process = fleet.process(victim);
        assertThat(process.alive()).as(process::toString).isTrue();
        switch (blow) {
            case KILL -> {
                process.kill();
                fleet.startProcess(victim, address(victim));
            }
            case RESTART -> {
                process.end();
                fleet.startProcess(victim, address(victim));
            }
            case FREEZE -> {
                process.freeze();
                fleet.clock().sleep(FROZEN);
                process.thaw();
            }
        }
    }

    private static MigrationDetail awaitEnd(Fleet fleet, MigrationId id) {
        await().atMost(LIMIT).pollInterval(POLL).until(() -> over(fleet.detail(id)));
        return fleet.detail(id);
    }

    private static boolean over(MigrationDetail detail) {
        MigrationState state = detail.migration().state();
        return state.terminal() || state == MigrationState.STRANDED;
    }

    private static boolean silent(ConsoleRecorder recorder) {
        return recorder.recording().lines().isEmpty() && recorder.recording().tail() == null;
    }

    private static int attempt(MigrationDetail detail) {
        return detail.migration().attempt();
    }

    /**
     * Everything compared, nothing different, unless the destination was away when the copies were to be compared; and what
     * had arrived before the blow came only once.
     */
    private static void assertCopied(Fault fault, MigrationState hit, MigrationDetail end) {
        if (end.migration().state() != COMPLETED) {
            return;
        }
        if (fault.blow() != Blow.RESTART || fault.side() == Side.SOURCE || hit.beforeSwitchover()) {
            Copies.assertSame(end, Guests.DATA);
        }
        if (hit == REPLICATING && fault.when() == REPLICATING && fault.blow() != Blow.FREEZE) {
            var disks = end.evidence(ReplicatedDisks.class).orElseThrow().disks();
            long saved = disks.values().stream()
                    .mapToLong(ReplicatedDisk::savedBytes)
                    .sum();
            LOG.info("saved {} bytes", saved);
            assertThat(saved).as("%s", disks).isPositive();
        }
    }

    /** The guest runs where it should; a destination that never ran it has said nothing. */
    private void goOn(MigrationDetail end) throws Exception {
        if (end.migration().state() == COMPLETED) {
            handovers++;
        } else {
            assertThat(silent(recorders.getLast())).isTrue();
            recorders.removeLast().close();
        }
        long arrived =
                recorders.getLast().lastHeartbeat().map(beat -> beat.number()).orElse(0L);
        assertThat(recorders.getLast().awaitHeartbeat(arrived + 10, LIMIT)).isTrue();
    }

    private void assertOneRunnerThroughout() {
        var evidence = HeartbeatEvidence.of(
                "web7",
                LIMITS,
                recorders.stream().map(ConsoleRecorder::recording).toList());
        HeartbeatVerdict verdict = evidence.verdict();
        verdict.handovers().forEach(handover -> LOG.info("{}", handover));
        LOG.info("longest gap {} ms", verdict.longestGapNanos() / 1_000_000);
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.handovers()).hasSize(handovers);
        assertThat(verdict.errors()).isZero();
        assertThat(verdict.blocksVerified()).isPositive();
        assertThat(verdict.pagesVerified()).isPositive();
        assertThat(evidence.holds()).isTrue();
    }

    /** At the source everything is retired, and at the owner nothing but the images is in use. */
    private static void assertNothingLeftBehind(Fleet fleet, VmDefinition vm) {
        List<String> images = vm.disks().stream().map(disk -> disk.image()).toList();
        for (HostId host : HOSTS) {
            List<String> expected = host.equals(owner(fleet)) ? images : List.of();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(files(fleet.images(host)))
                            .filteredOn(name -> !name.contains(".retired-"))
                            .containsExactlyInAnyOrderElementsOf(expected));
        }
    }

    private static void assertDiskIsWhole(Fleet fleet, VmDefinition vm, Manifest manifest, Path scratch)
            throws Exception {
        Path image = Guests.imageOf(vm, Guests.DATA, fleet.images(owner(fleet)));
        fleet.store().wantPower(VM, Power.STOPPED);
        assertThat(fleet.awaitPower(VM, Power.STOPPED, LIMIT)).isTrue();
        assertThat(ImageCheck.of(image, manifest, scratch).problems()).isEmpty();
    }

    private static List<String> files(Path folder) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .toList();
        }
    }
}
