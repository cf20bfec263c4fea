package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.Transition;
import io.drover.testbed.evidence.ConsoleLine;
import io.drover.testbed.evidence.ConsoleRecorder;
import io.drover.testbed.evidence.Heartbeat;
import io.drover.testbed.evidence.HeartbeatEvidence;
import io.drover.testbed.evidence.HeartbeatLimits;
import io.drover.testbed.evidence.HeartbeatVerdict;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.ImageCheck;
import io.drover.testbed.guest.Manifest;
import io.drover.testbed.guest.WitnessLoad;
import io.drover.worker.qmp.QmpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * A real guest that writes without pause runs at its destination before its disks are there: by post-copy and by
 * hybrid, and while workers of either side go away in the middle. Nothing it wrote is lost and nothing old comes back.
 */
final class PostCopyIT {
    private static final Logger LOG = LoggerFactory.getLogger(PostCopyIT.class);
    private static final List<HostId> HOSTS = List.of(new HostId("host1"), new HostId("host2"));
    private static final Duration LIMIT = Duration.ofMinutes(4);

    /** Slow enough that a worker can be taken away while blocks are missing. */
    private static final Map<String, String> SETTINGS = Map.of("link.bytes_per_second", "25000000");

    /** The guest stands still while a worker is away; that is what it promises. */
    private static final HeartbeatLimits LIMITS =
            new HeartbeatLimits(1, Duration.ofMinutes(2).toNanos());

    private static final VmId VM = new VmId(UUID.fromString("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9a02"));
    private static final GuestSize SIZE = GuestSize.SMALL;

    private final List<ConsoleRecorder> recorders = new ArrayList<>();

    @Test
    void aWritingGuestRunsBeforeItsDisksAreThere(@TempDir Path scratch) throws Exception {
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition vm = guests.define(VM, "web2", SIZE, WitnessLoad.SMALL);
        try (var fleet = new Fleet(SETTINGS)) {
            for (int i = 0; i < HOSTS.size(); i++) {
                fleet.prepare(HOSTS.get(i));
                fleet.startWorker(HOSTS.get(i), address(i));
            }
            Manifest manifest = guests.createImages(vm, SIZE, fleet.images(HOSTS.getFirst()));
            boot(fleet, vm);
            migrate(fleet, "post-copy", id -> {});
            logGaps();
            migrate(fleet, "hybrid", id -> {});
            logGaps();
            migrate(fleet, "post-copy", id -> restart(fleet, id, 1));
            migrate(fleet, "post-copy", id -> keepAway(fleet, id, 1));
            assertOneRunnerThroughout();
            assertNothingLeftBehind(fleet, vm);
            assertDiskIsWhole(fleet, vm, manifest, scratch);
        } finally {
            recorders.forEach(ConsoleRecorder::close);
        }
    }

    private static String address(int host) {
        return "127.0.0.1" + (3 + host);
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

    /** What happens while blocks are missing. */
    private interface Fault {
        void strike(MigrationId id) throws Exception;
    }

    private void migrate(Fleet fleet, String algorithm, Fault fault) throws Exception {
        int number = recorders.size() - 1;
        HostId source = HOSTS.get(number % 2);
        HostId destination = HOSTS.get(1 - number % 2);
        record(fleet, destination);
        MigrationId id = fleet.submit(VM, source, destination, algorithm);
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !fleet.detail(id).migration().state().beforeResumed());
        fault.strike(id);
        MigrationDetail end = fleet.awaitEnd(id, LIMIT);
        assertThat(end.migration().state()).as("%s: %s", algorithm, end).isEqualTo(MigrationState.COMPLETED);
        assertThat(end.transitions()).anyMatch(change -> change.to() == MigrationState.PULLING);
        end.steps().forEach(step -> LOG.info("{} {}: {}", algorithm, step.name(), shortened(step.evidence())));
        LOG.info("{}: pulled in {} ms", algorithm, pullMillis(end));
        long arrived =
                recorders.getLast().lastHeartbeat().map(beat -> beat.number()).orElse(0L);
        assertThat(recorders.getLast().awaitHeartbeat(arrived + 10, LIMIT)).isTrue();
    }

    private static long pullMillis(MigrationDetail end) {
        return Duration.between(at(end, MigrationState.PULLING), at(end, MigrationState.FINISHING))
                .toMillis();
    }

    private static Instant at(MigrationDetail end, MigrationState state) {
        return end.transitions().stream()
                .filter(change -> change.to() == state)
                .map(Transition::at)
                .findFirst()
                .orElseThrow();
    }

    private static String shortened(@Nullable String evidence) {
        return evidence == null ? "" : evidence.substring(0, Math.min(400, evidence.length()));
    }

    /** The destination's worker ends and another takes over. */
    private static void restart(Fleet fleet, MigrationId id, int host) throws Exception {
        fleet.stopWorker(HOSTS.get(host));
        assertThat(fleet.detail(id).migration().state()).isEqualTo(MigrationState.PULLING);
        fleet.startWorker(HOSTS.get(host), address(host));
    }

    /** The source's worker stays away until the guest has to stop for want of a block. */
    private static void keepAway(Fleet fleet, MigrationId id, int host) throws Exception {
        fleet.stopWorker(HOSTS.get(host));
        assertThat(fleet.detail(id).migration().state()).isEqualTo(MigrationState.PULLING);
        // The other worker tries again and again, so the guest is seen stopped for a moment only.
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> stopped(fleet, HOSTS.get(1 - host)));
        fleet.startWorker(HOSTS.get(host), address(host));
    }

    private static boolean stopped(Fleet fleet, HostId host) throws Exception {
        Path monitor = fleet.console(host, VM).resolveSibling("repair.sock");
        try (QmpClient qemu = QmpClient.connect(monitor, LIMIT)) {
            JsonNode status = qemu.execute("query-status", Map.of(), LIMIT);
            return status.path("status").asString("").equals("io-error");
        }
    }

    /** The longest wait between two heartbeats on the newest host, where blocks were pulled. */
    private void logGaps() {
        List<Long> beats = recorders.getLast().recording().lines().stream()
                .filter(line -> Heartbeat.parse(line.text()).isPresent())
                .map(ConsoleLine::atNanos)
                .toList();
        long longest = 0;
        for (int i = 1; i < beats.size(); i++) {
            longest = Math.max(longest, beats.get(i) - beats.get(i - 1));
        }
        LOG.info("longest gap after the switch: {} ms", longest / 1_000_000);
    }

    private void assertOneRunnerThroughout() {
        var evidence = HeartbeatEvidence.of(
                "web2",
                LIMITS,
                recorders.stream().map(ConsoleRecorder::recording).toList());
        HeartbeatVerdict verdict = evidence.verdict();
        verdict.handovers().forEach(handover -> LOG.info("{}", handover));
        LOG.info("longest gap {} ms", verdict.longestGapNanos() / 1_000_000);
        assertThat(verdict.problems()).isEmpty();
        assertThat(verdict.handovers()).hasSize(recorders.size() - 1);
        assertThat(verdict.errors()).isZero();
        assertThat(verdict.blocksVerified()).isPositive();
        assertThat(verdict.pagesVerified()).isPositive();
        assertThat(evidence.holds()).isTrue();
    }

    private static void assertNothingLeftBehind(Fleet fleet, VmDefinition vm) throws Exception {
        HostId owner = fleet.store().vm(VM).orElseThrow().owner();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(files(fleet.images(owner)))
                        .filteredOn(name -> !name.contains(".retired-"))
                        .containsExactlyInAnyOrderElementsOf(
                                vm.disks().stream().map(disk -> disk.image()).toList()));
    }

    private static void assertDiskIsWhole(Fleet fleet, VmDefinition vm, Manifest manifest, Path scratch)
            throws Exception {
        HostId owner = fleet.store().vm(VM).orElseThrow().owner();
        fleet.store().wantPower(VM, Power.STOPPED);
        assertThat(fleet.awaitPower(VM, Power.STOPPED, LIMIT)).isTrue();
        Path image = Guests.imageOf(vm, Guests.DATA, fleet.images(owner));
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
